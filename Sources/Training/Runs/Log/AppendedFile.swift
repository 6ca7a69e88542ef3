// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// A file that grows at its end: each piece is handed to the system before the call returns.
final class AppendedFile {
  let path: String
  private let descriptor: Int32

  init(_ path: String) throws(CheckpointError) {
    descriptor = try Kernel.openForAppending(path)
    self.path = path
  }

  deinit { Kernel.close(descriptor) }

  func append(_ bytes: [UInt8]) throws(CheckpointError) {
    // A typed error cannot leave withUnsafeBytes in this language version.
    var failure: CheckpointError?
    unsafe bytes.withUnsafeBytes { buffer in
      do throws(CheckpointError) {
        unsafe try Kernel.append(descriptor, buffer, path)
      } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Flushes to disk: what was appended survives a power cut.
  func sync() throws(CheckpointError) { try Kernel.sync(descriptor, path) }
}
