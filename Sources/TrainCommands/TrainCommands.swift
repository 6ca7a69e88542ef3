// SPDX-License-Identifier: Apache-2.0
package import ArgumentParser

/// The commands of the trainer, for the programs that offer them.
package enum TrainCommands {
  /// What is trained.
  package static let training: [any ParsableCommand.Type] = [FinetuneCommand.self, DINOCommand.self]
  /// What embeds, judges and tells.
  package static let judging: [any ParsableCommand.Type] = [
    Embed.self, Score.self, Enroll.self, Identify.self, Compare.self, ReportCommand.self, Spec.self,
    ExportCommand.self, Doctor.self,
  ]
}
