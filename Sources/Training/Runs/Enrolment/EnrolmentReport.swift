// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What `enroll` did.
package struct EnrolmentReport: Encodable, Sendable {
  package struct Speaker: Encodable, Sendable {
    package var name: Text
    /// All that the speaker has now, and those that are new.
    package var references: Int
    package var added: Int
  }

  package var schema = 1
  package var model: String
  package var modelSHA256: Text
  package var frontEnd: Text
  /// The file that they were added to; null without one.
  package var into: JSONValue
  /// Null until it is written.
  package var output: JSONValue = .null
  /// Values in an embedding.
  package var size: Int
  package var speakers: [Speaker]
  /// What is kept for verdicts; null where none is.
  package var threshold: JSONValue
  package var thresholdSource: JSONValue
  package var duplicates: [NearDuplicate]
  /// What may not be meant as it stands, a line each.
  package var notes: [String]

  init(
    _ speakers: Speakers, model: String, into: String?, added: [Text: Int], duplicates: [NearDuplicate],
    lookAlikes: String?
  ) {
    self.model = model
    modelSHA256 = speakers.origin.sha256
    frontEnd = speakers.origin.frontEnd
    self.into = into.map { .string(Text($0)) } ?? .null
    size = speakers.size
    self.speakers = speakers.names.map {
      .init(name: $0, references: speakers.references(of: $0).count, added: added[$0] ?? 0)
    }
    (threshold, thresholdSource) = speakers.rule.json
    self.duplicates = duplicates
    notes = duplicates.map(\.note) + [lookAlikes].compactMap(\.self)
  }

  package var text: String {
    let references = speakers.reduce(0) { $0 + $1.references }
    let added = speakers.reduce(0) { $0 + $1.added }
    var place = ""
    if case .string(let file) = output { place = "\(file)  " }
    return
      "\(place)\(Prose.count(speakers.count, "speaker")), \(Prose.count(references, "reference")) of \(size) values (\(added) new)\n"
  }
}

extension DecisionRule {
  /// Threshold and source as reports have them.
  var json: (threshold: JSONValue, source: JSONValue) {
    (
      threshold.map(JSONValue.double) ?? .null,
      source.map { .string(Text($0.rawValue)) } ?? .null
    )
  }
}
