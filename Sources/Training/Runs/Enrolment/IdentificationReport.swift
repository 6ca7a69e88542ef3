// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What `identify` found.
package struct IdentificationReport: Encodable, Sendable {
  package struct Candidate: Encodable, Sendable {
    package var name: Text
    /// The cosine of the recording's embedding and the speaker's mean.
    package var score: Double
    /// The natural logarithm of how much likelier it is of this speaker than of another; null without a line.
    package var logOdds: JSONValue
  }

  package struct Recording: Encodable, Sendable {
    package var file: String
    /// Whether the likest speaker is it; null where no threshold is known.
    package var known: JSONValue
    /// Who speaks; null for nobody who is enrolled.
    package var name: JSONValue
    /// The likest first.
    package var candidates: [Candidate]
    /// Why the recording says little; null where it may say enough.
    package var note: JSONValue
  }

  package var schema = 1
  package var model: String
  package var modelSHA256: Text
  package var frontEnd: Text
  package var speakers: String
  package var threshold: JSONValue
  package var thresholdSource: JSONValue
  package var recordings: [Recording] = []

  init(model: String, _ origin: Speakers.Origin, speakers: String, _ rule: DecisionRule) {
    self.model = model
    (modelSHA256, frontEnd) = (origin.sha256, origin.frontEnd)
    self.speakers = speakers
    (threshold, thresholdSource) = rule.json
  }

  mutating func add(_ file: String, _ matches: [SpeakerMatch], _ rule: DecisionRule, fault: String?) {
    let best = matches.first
    let known = best.flatMap { rule.accepts($0.score) }
    recordings.append(
      Recording(
        file: file, known: known.map(JSONValue.bool) ?? .null,
        name: known == true ? best.map { .string($0.name) } ?? .null : .null,
        candidates: matches.map {
          .init(
            name: $0.name, score: $0.score, logOdds: rule.logOdds($0.score).map(JSONValue.double) ?? .null)
        }, note: fault.map { .string(Text($0)) } ?? .null))
  }

  /// Whether every recording is of somebody who is enrolled.
  package var allKnown: Bool { recordings.allSatisfy { $0.known == .bool(true) } }

  /// What may make a score worth little, a line each.
  package var notes: [String] {
    recordings.compactMap { recording in
      guard case .string(let note) = recording.note else { return nil }
      return "\(Text(recording.file)): \(note): its score says little"
    }
  }
}
