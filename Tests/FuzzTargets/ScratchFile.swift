// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc

/// A file in memory, for readers that take paths.
enum ScratchFile {
  /// Runs `body` with the path of a file that holds `bytes` and goes afterwards.
  ///
  /// - Parameter suffix: what the file's name ends in, where its form goes by that.
  static func with<Result>(
    _ bytes: [UInt8], suffix: String = "", _ body: (String) throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    let path = "/dev/shm/resect-fuzz-\(getpid())-\(pthread_self())\(suffix)"
    defer { unsafe unlink(path) }
    guard let file = unsafe fopen(path, "wb") else {
      throw CheckpointError(.unwritable, "cannot create a scratch file", at: .init(file: path))
    }
    _ = unsafe fwrite(bytes, 1, bytes.count, file)
    unsafe fclose(file)
    return try body(path)
  }

  /// The same, opened.
  static func opened<Result>(
    _ bytes: [UInt8], suffix: String = "", _ body: (InputFile) throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    try with(bytes, suffix: suffix) { path throws(CheckpointError) in try body(InputFile(path: path)) }
  }
}
