// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Streams that are read to their end, and where what comes of them is kept.
extension Kernel {
  /// One read at the stream's own position, which waits for bytes: how many came, 0 at its end.
  static func read(
    stream descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, _ path: String
  ) throws(CheckpointError) -> Int {
    while true {
      let (count, error) = outcome(.read) {
        unsafe Glibc.read(descriptor, buffer.baseAddress, offered(buffer.count, to: .read))
      }
      switch error {
      case 0: return count
      case EAGAIN:
        // Another process has made the pipe one that does not wait.
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = unsafe poll(&wanted, 1, -1)
      default: throw failure(error, "read", path, .unreadable)
      }
    }
  }

  /// Another descriptor of the same open file.
  static func duplicate(_ descriptor: Int32, _ path: String) throws(CheckpointError) -> Int32 {
    try attempt(.open, "open", path) { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }
  }

  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Whether a stream is a regular file of which nothing has been read.
  static func isFileAtStart(_ descriptor: Int32, _ path: String) throws(CheckpointError) -> Bool {
    try status(descriptor, path).kind == .file && lseek(descriptor, 0, SEEK_CUR) == 0
  }

  /// `TMPDIR`, or else `/tmp`.
  package static var temporaryFolder: String {
    guard let value = unsafe getenv("TMPDIR") else { return "/tmp" }
    let folder = unsafe String(cString: value)
    return folder.isEmpty ? "/tmp" : folder
  }

  /// Creates a file in `folder` that has no name, or none any more, and is gone with its descriptor.
  static func createNameless(in folder: String) throws(CheckpointError) -> Int32 {
    if let descriptor = try createUnnamed(in: folder) { return descriptor }
    let path = "\(folder)/.resect-\(UInt64.random(in: 0 ... .max)).spool"
    let descriptor = try create(path)
    do throws(CheckpointError) { try unlink(path) } catch {
      close(descriptor)
      throw error
    }
    return descriptor
  }
}
