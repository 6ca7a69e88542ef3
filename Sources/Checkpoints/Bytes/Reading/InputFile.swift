// SPDX-License-Identifier: Apache-2.0

/// An open regular file that is read at given offsets and never mapped: an input that shrinks is an error,
/// not a signal.
///
/// Equal only to itself. Many threads may read it at once.
package final class InputFile: Sendable {
  package let path: String
  /// As it was at opening; `checkUnchanged` tells whether it still holds.
  package let status: Kernel.Status
  /// For copies inside the kernel, `start` bytes further on; it lives as long as this object.
  package let descriptor: Int32
  /// The file that this one is a part of; nil where it is a file itself.
  package let whole: InputFile?
  /// The part of the file on disk that offsets count in.
  private let window: Range<Int>

  package var size: Int { window.count }
  /// Where offset 0 lies in the file on disk.
  package var start: Int { window.lowerBound }

  /// - Parameters:
  ///   - path: of the file; `-` is `StandardInput.current`, where there is one.
  ///   - followingLinks: false fails where `path` itself is a link.
  ///   - name: what errors call it, where `path` is no name that anyone knows.
  package init(
    path: String, followingLinks: Bool = true, called name: String? = nil
  ) throws(CheckpointError) {
    let descriptor =
      if path == StandardInput.path, let input = StandardInput.current { try input.open() } else {
        try Kernel.open(path, followingLinks: followingLinks)
      }
    do throws(CheckpointError) {
      let status = try Kernel.status(descriptor, path)
      if status.kind != .file { throw Self.isNoFile(status.kind, path) }
      self.path = name ?? path
      self.status = status
      self.descriptor = descriptor
      whole = nil
      window = 0..<status.size
    } catch {
      Kernel.close(descriptor)
      throw error
    }
  }

  static func isNoFile(_ kind: Kernel.Status.Kind, _ path: String) -> CheckpointError {
    kind == .folder
      ? CheckpointError(
        .unreadable, "this is a folder, not a file", at: .init(file: path), hint: "name a file inside it")
      : CheckpointError(
        .unreadable, "this is not a regular file (a pipe or device cannot be read at offsets)",
        at: .init(file: path), hint: "save it to a file first")
  }

  /// A part of a file that is read as a file: an archive inside.
  package init(_ window: Range<Int>, of file: InputFile) throws(CheckpointError) {
    try file.checkBounds(window.lowerBound, window.count)
    path = file.path
    status = file.status
    descriptor = file.descriptor
    whole = file.whole ?? file
    self.window = file.start + window.lowerBound..<file.start + window.upperBound
  }

  /// Bytes that were unpacked, to be read as a file; they lie in memory.
  ///
  /// - Parameter path: of the file that they come from.
  package init(unpacked bytes: [UInt8], from path: String) throws(CheckpointError) {
    let descriptor = try Kernel.createInMemory(for: path)
    var failure: CheckpointError?
    unsafe bytes.withUnsafeBytes { bytes in
      do throws(CheckpointError) { unsafe try Kernel.write(descriptor, bytes, at: 0, path) } catch {
        failure = error
      }
    }
    do throws(CheckpointError) {
      if let failure { throw failure }
      status = try Kernel.status(descriptor, path)
    } catch {
      Kernel.close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
    whole = nil
    window = 0..<bytes.count
  }

  deinit { if whole == nil { Kernel.close(descriptor) } }

  /// The bytes of `range`, all of them.
  package func read(_ range: Range<Int>) throws(CheckpointError) -> [UInt8] {
    try checkBounds(range.lowerBound, range.count)
    // The standard library's initialiser cannot pass a typed error on.
    var failure: CheckpointError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      do throws(CheckpointError) {
        unsafe try read(at: range.lowerBound, into: UnsafeMutableRawBufferPointer(buffer))
        count = range.count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Fills the whole buffer with the bytes from `offset` on.
  package func read(
    at offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(CheckpointError) {
    try checkBounds(offset, buffer.count)
    var done = 0
    while done < buffer.count {
      let count = unsafe try Kernel.read(
        descriptor, into: .init(rebasing: buffer[done...]), at: start + offset + done, path)
      if count == 0 { throw changed("it became shorter while it was being read") }
      done += count
    }
  }

  /// Fills the first `count` bytes of `buffer` with the bytes from `offset` on.
  package func read(
    at offset: Int, into buffer: inout [UInt8], count: Int
  ) throws(CheckpointError) {
    precondition(count <= buffer.count)
    var failure: CheckpointError?
    unsafe buffer.withUnsafeMutableBytes { bytes in
      do throws(CheckpointError) {
        unsafe try read(at: offset, into: .init(rebasing: bytes[..<count]))
      } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Throws `.inputChanged` if the file was written to since it was opened.
  package func checkUnchanged() throws(CheckpointError) {
    let now = try Kernel.status(descriptor, path)
    if now.size != status.size { throw changed("its size went from \(status.size) to \(now.size) bytes") }
    if now != status { throw changed("it was written to while it was being read") }
  }

  /// The files that inputs are, or are parts of, in order and each once: one that was opened twice is one.
  package static func files(of inputs: some Sequence<InputFile>) -> [InputFile] {
    var files: [InputFile] = []
    for file in inputs.lazy.map({ $0.whole ?? $0 })
    where !files.contains(where: { $0.status.isSame(as: file.status) }) {
      files.append(file)
    }
    return files
  }

  /// - Throws: `wouldOverwrite` where a stream of the process is one of the files, which would grow while it is read.
  package static func check(
    _ inputs: some Sequence<InputFile>, apartFromStream descriptor: Int32
  ) throws(CheckpointError) {
    guard let stream = Kernel.status(ofStream: descriptor),
      let input = inputs.first(where: { stream.isSame(as: $0.status) })
    else { return }
    throw CheckpointError(
      .wouldOverwrite, "standard output is the input; nothing is ever changed in place",
      at: .init(file: input.path), hint: "write to another name")
  }

  private func checkBounds(_ offset: Int, _ count: Int) throws(CheckpointError) {
    guard offset >= 0, offset <= size, count <= size - offset else {
      throw CheckpointError(
        .corrupt, "the file ends early: \(count) bytes were to be read here, but it has \(size) bytes in all",
        at: .init(file: path, byte: offset), hint: "download or copy the file again")
    }
  }

  private func changed(_ what: String) -> CheckpointError {
    CheckpointError(
      .inputChanged, "the file changed: " + what, at: .init(file: path),
      hint: "wait until nothing writes to it any more")
  }
}

extension InputFile: Hashable {
  package static func == (left: InputFile, right: InputFile) -> Bool { left === right }
  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
