// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit
import Training

/// How a command ends that has scores and nothing to judge them by.
enum NoVerdict {
  /// Says on standard error what would say it, and ends with exit code 4.
  static func end(_ model: EmbeddingModel) throws(Finding) -> Never {
    Program.say(DecisionRule.unknown(model.thresholdMisfit))
    throw Finding.noVerdict
  }
}
