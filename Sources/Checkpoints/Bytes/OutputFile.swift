// SPDX-License-Identifier: Apache-2.0

/// A file that comes into being whole or not at all: written under a temporary name in the same folder, flushed,
/// then renamed. Without `commit` it is removed again.
@safe package struct OutputFile: ~Copyable {
  package let path: String
  private let folder: String
  private let temporary: String
  private let descriptor: Int32
  private let isReplacing: Bool
  private var isOpen = true

  /// Refuses an existing `path` unless `replacing`, and always one that is among `inputs`.
  package init(_ path: String, replacing: Bool, inputs: [InputFile]) throws(CheckpointError) {
    try Self.check(path, replacing: replacing, inputs: inputs)
    let (folder, name) = Self.split(path)
    let created: (descriptor: Int32, path: String)
    do throws(CheckpointError) {
      created = try Kernel.createTemporary(in: folder, stem: ".\(name.prefix(100)).resect-")
    } catch {
      // The temporary name is no name that anyone knows.
      var error = error
      error.location.file = path
      throw error
    }
    self.path = path
    self.folder = folder
    isReplacing = replacing
    (descriptor, temporary) = created
  }

  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    return (folder, String(path[path.utf8.index(after: slash)...]))
  }

  /// What `init` would refuse, without touching the disk.
  package static func check(_ path: String, replacing: Bool, inputs: [InputFile]) throws(CheckpointError) {
    if path.isEmpty { throw CheckpointError(.unwritable, "the path of the output is empty") }
    guard let status = Kernel.status(at: path) else {
      let folder = split(path).folder
      guard Kernel.exists(folder) else {
        throw CheckpointError(
          .unwritable, "its folder does not exist", at: .init(file: path), hint: "`mkdir -p \(folder)`")
      }
      return
    }
    if status.kind == .folder {
      throw CheckpointError(.unwritable, "it is a folder", at: .init(file: path), hint: "name a file in it")
    }
    for input in inputs where input.status.device == status.device && input.status.inode == status.inode {
      throw CheckpointError(
        .wouldOverwrite, "the output is the input; nothing is ever changed in place", at: .init(file: path),
        hint: "write to another name")
    }
    if !replacing {
      throw CheckpointError(
        .wouldOverwrite, "it exists already", at: .init(file: path),
        hint: "another name, or --force to replace it")
    }
  }

  deinit {
    if isOpen {
      Kernel.close(descriptor)
      try? Kernel.unlink(temporary)
    }
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

  /// Flushes the file to disk and gives it its name.
  package consuming func commit() throws(CheckpointError) {
    try Kernel.sync(descriptor, path)
    try Kernel.rename(temporary, to: path, replacing: isReplacing)
    isOpen = false
    try Kernel.closeWritten(descriptor, path)
    try Kernel.syncFolder(folder)
  }
}
