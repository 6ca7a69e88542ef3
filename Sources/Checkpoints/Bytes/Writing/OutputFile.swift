// SPDX-License-Identifier: Apache-2.0

/// A file that comes into being whole or not at all: written without a name, flushed, then given it. Without `commit`
/// nothing is left of it, however the process ends.
///
/// Where the file system has no files without names, and for the moment in which another file is replaced, it has a
/// `Temporary` name in the same folder.
@safe package struct OutputFile: UnnamedOutput, ~Copyable {
  package let path: String
  /// `path`, or what a link there leads to.
  private let target: String
  private let isReplacing: Bool
  private var descriptor: Int32
  /// Nil as long as the file has no name.
  private var temporary: Temporary?
  private var isOpen = true

  /// Refuses an existing `path` unless `replacing`, and always one that is among `inputs` or no regular file.
  ///
  /// - Parameter sweeps: also remove what killed processes left in the folder.
  package init(
    _ path: String, replacing: Bool, inputs: [InputFile], sweeps: Bool = true
  ) throws(CheckpointError) {
    let target = try Self.place(path, replacing: replacing, inputs: inputs).target
    let (folder, name) = PathParts.of(target)
    if sweeps { Temporary.sweep(folder) }
    do throws(CheckpointError) {
      if let unnamed = try Kernel.createUnnamed(in: folder) {
        descriptor = unnamed
        temporary = nil
      } else {
        (temporary, descriptor) = try Temporary.file(in: folder, for: name)
      }
    } catch {
      // Neither the folder nor a temporary name is what was asked for.
      throw error.of(file: path)
    }
    self.path = path
    self.target = target
    isReplacing = replacing
  }

  /// What `init` would refuse, without touching the disk.
  ///
  /// - Parameter read: paths of files that are read beside `inputs`.
  package static func check(
    _ path: String, replacing: Bool, inputs: [InputFile], read: [String] = []
  ) throws(CheckpointError) {
    let place = try place(path, replacing: replacing, inputs: inputs)
    for other in read {
      if let status = place.status, let input = Kernel.status(at: other), status.isSame(as: input) {
        throw isInput(path)
      }
    }
  }

  private static func place(
    _ path: String, replacing: Bool, inputs: [InputFile]
  ) throws(CheckpointError) -> OutputPlace {
    let place = try OutputPlace(path)
    try place.check()
    if place.status?.kind == .folder {
      throw CheckpointError(.unwritable, "it is a folder", at: .init(file: path), hint: "name a file in it")
    }
    if path.utf8.last == UInt8(ascii: "/") {
      throw CheckpointError(
        .unwritable, "it is the name of a folder", at: .init(file: path), hint: "name a file in it")
    }
    guard let status = place.status else { return place }
    for input in inputs where input.status.isSame(as: status) { throw isInput(path) }
    if !replacing {
      throw CheckpointError(
        .wouldOverwrite, "it exists already", at: .init(file: path),
        hint: "another name, or --force to replace it")
    }
    return place
  }

  private static func isInput(_ path: String) -> CheckpointError {
    CheckpointError(
      .wouldOverwrite, "the output is the input; nothing is ever changed in place", at: .init(file: path),
      hint: "write to another name")
  }

  deinit {
    if isOpen { Kernel.close(descriptor) }
    temporary?.remove()
  }

  package func write(_ bytes: RawSpan, at offset: Int) throws(CheckpointError) {
    // A typed error cannot leave withUnsafeBytes in this language version.
    var failure: CheckpointError?
    unsafe bytes.withUnsafeBytes { buffer in
      do throws(CheckpointError) {
        unsafe try Kernel.write(descriptor, buffer, at: offset, path)
      } catch { failure = error }
    }
    if let failure { throw failure }
  }

  package func write(_ bytes: [UInt8], at offset: Int) throws(CheckpointError) {
    unsafe try write(bytes.span.bytes, at: offset)
  }

  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(CheckpointError) {
    unsafe try Kernel.write(descriptor, bytes, at: offset, path)
  }

  /// Reads back what was written: the number of bytes, 0 at the end.
  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(CheckpointError) -> Int
  {
    unsafe try Kernel.read(descriptor, into: buffer, at: offset, path)
  }

  /// What was written so far, to be judged before it has its name.
  package func opened() throws(CheckpointError) -> InputFile {
    try InputFile(path: temporary?.path ?? Kernel.handle(descriptor), called: path)
  }

  /// Copies a range of `input` inside the kernel, or through a buffer where the file systems cannot.
  ///
  /// Where the two places do not line up in pages, the kernel would copy the bytes too, 64 KiB at a time and page by
  /// page into the output; the larger pieces of the buffer take two thirds of that time.
  package func copy(_ input: InputFile, _ range: Range<Int>, to offset: Int) throws(CheckpointError) {
    var done = 0
    while done < range.count, (range.lowerBound - offset).isMultiple(of: Self.pageSize) {
      let copied = try Kernel.copyRange(
        from: input.descriptor, at: input.start + range.lowerBound + done, to: descriptor, at: offset + done,
        count: range.count - done, path)
      if copied == nil { break }
      if copied == 0 { try input.checkUnchanged() }
      guard let copied, copied > 0 else { break }
      done += copied
    }
    var buffer = [UInt8](repeating: 0, count: min(ByteSource.chunkSize, range.count - done))
    while done < range.count {
      let count = min(buffer.count, range.count - done)
      try input.read(at: range.lowerBound + done, into: &buffer, count: count)
      unsafe try write(buffer.span.bytes.extracting(0..<count), at: offset + done)
      done += count
    }
  }

  /// What the page cache keeps files in.
  static let pageSize = 4096

  /// Has the disk hold what was written.
  package func flush() throws(CheckpointError) { try Kernel.sync(descriptor, path) }

  package consuming func finish() throws(CheckpointError) {
    isOpen = false
    try Kernel.closeWritten(descriptor, path)
    do throws(CheckpointError) { try Kernel.syncFolder(PathParts.of(target).folder) } catch {
      throw error.of(file: path)
    }
  }

  package mutating func takeName() throws(CheckpointError) {
    try flush()
    // A temporary name is no name that anyone knows.
    do throws(CheckpointError) { try link() } catch { throw error.of(file: path) }
  }

  private mutating func link() throws(CheckpointError) {
    let (folder, name) = PathParts.of(target)
    if temporary == nil {
      switch try Kernel.link(descriptor, to: target) {
      case .done: return
      case .taken where isReplacing: temporary = try Temporary.link(descriptor, in: folder, for: name)
      case .taken:
        throw CheckpointError(
          .unwritable, "cannot give the finished file its name: it was taken meanwhile",
          at: .init(file: path),
          hint: "another name")
      case .unable: break
      }
    }
    if temporary == nil { try moveToNamed(folder, name) }
    guard let temporary else { return }
    // Much time may have passed since the place was looked at.
    if isReplacing { try OutputPlace(target).check() }
    try Kernel.rename(temporary.path, to: target, replacing: isReplacing)
    temporary.forget()
  }

  /// For file systems that make files without names, but do not name them: the bytes go into a file that has one.
  private mutating func moveToNamed(_ folder: String, _ name: String) throws(CheckpointError) {
    let size = try Kernel.status(descriptor, path).size
    let named = try Temporary.file(in: folder, for: name)
    var buffer = [UInt8](repeating: 0, count: min(ByteSource.chunkSize, size))
    do throws(CheckpointError) {
      var done = 0
      while done < size {
        var failure: CheckpointError?
        unsafe buffer.withUnsafeMutableBytes { bytes in
          do throws(CheckpointError) {
            let count = try unsafe Kernel.read(descriptor, into: bytes, at: done, path)
            if count == 0 { throw CheckpointError(.unwritable, "it became shorter", at: .init(file: path)) }
            try unsafe Kernel.write(named.descriptor, .init(rebasing: bytes[..<count]), at: done, path)
            done += count
          } catch { failure = error }
        }
        if let failure { throw failure }
      }
      try Kernel.sync(named.descriptor, path)
    } catch {
      Kernel.close(named.descriptor)
      throw error
    }
    Kernel.close(descriptor)
    (temporary, descriptor) = named
  }
}
