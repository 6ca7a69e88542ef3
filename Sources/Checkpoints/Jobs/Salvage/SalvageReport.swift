// SPDX-License-Identifier: Apache-2.0

/// What was saved from a damaged checkpoint: what `resect verify --salvage` prints.
public struct SalvageReport: Codable, Sendable {
  /// Rises when a name goes or changes its meaning.
  public var schema = 1
  /// The path that was opened, as it was given.
  public var file: String
  /// The file that was written; absent where the checkpoint is sound.
  public var written: String?
  /// What is wrong with the container.
  public var findings: [VerifyReport.Finding] = []
  /// Which tensors survive and which are lost; absent where the checkpoint is sound.
  public var damage: DamageReport?
  /// Every member of the output; absent where the checkpoint is sound.
  public var output: OutputSummary?

  /// Whether a tensor is lost: exit code 1.
  public var hasLosses: Bool { damage.map { !$0.lost.isEmpty } ?? false }

  init(file: String) { self.file = file }
}
