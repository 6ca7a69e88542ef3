// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What `compare` says of two recordings.
package struct ComparisonReport: Encodable, Sendable {
  package var schema = 1
  package var model: String
  package var modelSHA256: Text
  package var frontEnd: Text
  package var files: [String]
  /// The cosine of the two embeddings.
  package var score: Double
  package var threshold: JSONValue
  package var thresholdSource: JSONValue
  /// `same` or `another`; null where no threshold is known.
  package var verdict: JSONValue
  /// The natural logarithm of how much likelier one speaker is than two; null without a line.
  package var logOdds: JSONValue
  /// What may make the score worth little, a line each.
  package var notes: [String]

  /// Embeds both recordings and compares them.
  ///
  /// - Throws: what reading a recording throws, and `misfit` for one that is too short, each with its file.
  package init(
    _ first: String, _ second: String, _ model: EmbeddingModel, _ rule: DecisionRule, threads: Int? = nil
  ) throws(CheckpointError) {
    let rule = rule.orElse(model.rule)
    let paths = [first, second]
    for path in paths where FileSystem.kind(of: path) != .file { throw FileSystem.notAFile(path, hint: nil) }
    let origin = try model.origin()
    let faults = try model.faults(of: paths, threads: threads)
    let vectors = try model.vectors(of: paths, threads: threads)
    score = CosineScoring.cosine(vectors[0], vectors[1])
    self.model = model.path
    (modelSHA256, frontEnd) = (origin.sha256, origin.frontEnd)
    files = paths
    (threshold, thresholdSource) = rule.json
    verdict = rule.accepts(score).map { .string($0 ? "same" : "another") } ?? .null
    logOdds = rule.logOdds(score).map(JSONValue.double) ?? .null
    notes = zip(paths, faults).compactMap { path, fault in
      fault.map { "\(Text(path)): \($0): the score says little" }
    }
  }

  /// Whether both are of one speaker; nil where no threshold is known.
  package var isSame: Bool? { verdict == .null ? nil : verdict == .string("same") }
}
