// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// How many recordings are embedded: one line on a terminal, gone when they all are, or when one could not be.
enum EmbeddingProgress {
  /// - Parameters:
  ///   - count: how many there are.
  ///   - work: embeds them, and says how many are done.
  static func shown<Result>(
    of count: Int, _ work: (_ onChunk: (Int) -> Void) throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    let isLive = Standard.errorIsTerminal
    defer { if isLive { Standard.error("\r\u{1B}[K") } }
    return try work { done in
      if isLive { Standard.error("\r\u{1B}[Kembedded \(done) of \(count)") }
    }
  }
}
