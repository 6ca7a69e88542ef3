// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// What a file of speakers says of all of them: its array `meta`.
struct SpeakersMeta: Encodable {
  static let schema = 1
  /// A few hundred bytes are written.
  private static let longest = 1 << 16

  var origin: Speakers.Origin
  var rule: DecisionRule

  private enum Key: String, CodingKey { case schema, modelSHA256, frontEnd, threshold, logistic }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(Self.schema, forKey: .schema)
    try container.encode(origin.sha256, forKey: .modelSHA256)
    try container.encode(origin.frontEnd, forKey: .frontEnd)
    try container.encode(rule.threshold.map(JSONValue.double) ?? .null, forKey: .threshold)
    let line = rule.line.map { JSONValue.object(["scale": .double($0.scale), "offset": .double($0.offset)]) }
    try container.encode(line ?? .null, forKey: .logistic)
  }

  func array() throws(CheckpointError) -> NPYArray {
    let bytes = Array(try JSONText.of(self).utf8)
    return NPYArray(.uint8, shape: [bytes.count], bytes: bytes)
  }

  init(_ origin: Speakers.Origin, _ rule: DecisionRule) { (self.origin, self.rule) = (origin, rule) }

  /// - Throws: `corrupt`, with the key, where something is missing or is no number; `unsupported` for a later schema.
  init(_ array: NPYArray) throws(CheckpointError) {
    guard array.type == .uint8, array.bytes.count <= Self.longest else {
      throw Self.wrong("it is no text", nil)
    }
    let tree = try JSONTree(array.bytes, subject: "the text")
    guard let schema = tree["schema"]?.integer else { throw Self.wrong("is no number", "schema") }
    guard schema == Self.schema else {
      throw CheckpointError(
        .unsupported, "its schema is \(schema); this version reads \(Self.schema)", at: .init(key: "schema"))
    }
    guard let sha256 = tree["modelSHA256"]?.text else { throw Self.wrong("is no text", "modelSHA256") }
    guard let frontEnd = tree["frontEnd"]?.text else { throw Self.wrong("is no text", "frontEnd") }
    origin = Speakers.Origin(sha256: sha256, frontEnd: frontEnd)
    rule = DecisionRule()
    if let threshold = tree["threshold"], threshold != .null {
      rule.threshold = try Self.number(threshold, "threshold")
      rule.source = .speakers
    }
    if let line = tree["logistic"], line != .null {
      rule.line = LogisticCalibration(
        scale: try Self.number(line["scale"], "scale"), offset: try Self.number(line["offset"], "offset"))
    }
  }

  private static func number(_ value: JSONTree?, _ key: String) throws(CheckpointError) -> Double {
    guard let number = value?.number else { throw wrong("is no number", key) }
    return number
  }

  private static func wrong(_ what: String, _ key: String?) -> CheckpointError {
    CheckpointError(
      .corrupt, key.map { "`\($0)` \(what)" } ?? what, hint: "a file that `resect-train enroll` wrote")
  }
}
