// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Standard input as a file, in programs where the path `-` names it.
///
/// Checkpoints are read at offsets, so what comes by a pipe is first kept in a file without a name, in `TMPDIR` or else
/// `/tmp`; a file that is redirected from its beginning is read where it is. However often `-` is named, it is one file.
package final class StandardInput: Sendable {
  /// What names it, and what reports call it.
  package static let path = "-"
  /// Nil where `-` is a name as any other.
  @TaskLocal package static var current: StandardInput?

  private let kept = Mutex<Int32?>(nil)
  private let stream: Int32

  /// - Parameter stream: the descriptor that is read.
  package init(_ stream: Int32 = 0) { self.stream = stream }

  deinit { kept.withLock { if let descriptor = $0 { Kernel.close(descriptor) } } }

  /// Whether a path names standard input here.
  package static func isNamed(by path: String) -> Bool { path == Self.path && current != nil }

  /// A descriptor of the file, for the caller to close. The stream is read to its end by the first call.
  ///
  /// - Throws: `wrongWords` for a terminal; `unwritable` where there is no room to keep the bytes; `unreadable`.
  func open() throws(CheckpointError) -> Int32 {
    // A typed error cannot leave withLock in this language version.
    let result = kept.withLock { kept in
      Result { () throws(CheckpointError) in
        let descriptor = if let known = kept { known } else { try file() }
        kept = descriptor
        return try Kernel.duplicate(descriptor, Self.path)
      }
    }
    return try result.get()
  }

  private func file() throws(CheckpointError) -> Int32 {
    guard !Kernel.isTerminal(stream) else {
      throw CheckpointError(
        .wrongWords, "standard input is a terminal, and a checkpoint is to come from it",
        at: .init(file: Self.path),
        hint: "a pipe or `< FILE`; a file that is called `-` is `./-`")
    }
    if try Kernel.isFileAtStart(stream, Self.path) { return try Kernel.duplicate(stream, Self.path) }
    let folder = Kernel.temporaryFolder
    let descriptor: Int32
    do throws(CheckpointError) { descriptor = try Kernel.createNameless(in: folder) } catch {
      throw Self.noRoom(error, folder, after: 0)
    }
    do throws(CheckpointError) { try copy(to: descriptor, folder) } catch {
      Kernel.close(descriptor)
      throw error
    }
    return descriptor
  }

  private func copy(to descriptor: Int32, _ folder: String) throws(CheckpointError) {
    var buffer = [UInt8](repeating: 0, count: ByteSource.chunkSize)
    var done = 0
    while true {
      var failure: CheckpointError?
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        do throws(CheckpointError) {
          let count = try unsafe Kernel.read(stream: stream, into: bytes, Self.path)
          do throws(CheckpointError) {
            try unsafe Kernel.write(descriptor, .init(rebasing: bytes[..<count]), at: done, folder)
          } catch { throw Self.noRoom(error, folder, after: done) }
          return count
        } catch {
          failure = error
          return 0
        }
      }
      if let failure { throw failure }
      if count == 0 { return }
      done += count
    }
  }

  private static func noRoom(_ error: CheckpointError, _ folder: String, after bytes: Int) -> CheckpointError
  {
    CheckpointError(
      .unwritable,
      "\(bytes) bytes of standard input were kept in \(folder), and no more can be: \(error.reason)",
      at: .init(file: path),
      hint: "`TMPDIR=FOLDER` before the command names another place, or save it to a file first")
  }
}
