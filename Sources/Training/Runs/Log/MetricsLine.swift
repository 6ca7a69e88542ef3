// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What was measured at one moment of a training run: a line of `metrics.jsonl`.
///
/// `{"schema":1,"kind":"step","epoch":1,"step":3,"iteration":3,"time":1760000000.5,"loss/step":1.25}`, keys sorted; a
/// number that JSON has no word for is the string `NaN`, `Infinity` or `-Infinity`.
package struct MetricsLine: Sendable, Equatable {
  package enum Kind: String, Sendable {
    case step, epoch
    /// A point between the start and the end of a run, made when it was over.
    case blend
  }

  package var kind: Kind
  /// Counted from 1; 0 for what was measured before the first step.
  package var epoch: Int
  /// Steps done in this epoch.
  package var step: Int
  /// Steps done in the whole run.
  package var iteration: Int
  /// Seconds since 1970.
  package var time: Double
  /// By name; `Metric` has those that this program writes.
  package var values: [String: Double]

  package init(
    _ kind: Kind, epoch: Int, step: Int, iteration: Int, time: Double, values: [String: Double]
  ) {
    self.kind = kind
    self.epoch = epoch
    self.step = step
    self.iteration = iteration
    self.time = time
    self.values = values
  }

  private static let fixed: Set<String> = ["schema", "kind", "epoch", "step", "iteration", "time"]

  /// The line with its newline.
  ///
  /// - Precondition: no value has the name of a fixed member.
  package func json() throws(CheckpointError) -> String {
    precondition(values.keys.allSatisfy { !Self.fixed.contains($0) })
    var members: [Text: JSONValue] = [:]
    for (name, value) in values { members[Text(name)] = .double(value) }
    members["schema"] = .int(1)
    members["kind"] = .text(kind.rawValue)
    members["epoch"] = .int(Int64(epoch))
    members["step"] = .int(Int64(step))
    members["iteration"] = .int(Int64(iteration))
    members["time"] = .double(time)
    return try JSONText.of(JSONValue.object(members))
  }

  /// Reads what `json()` wrote.
  ///
  /// - Throws: `corrupt` where it is no such line; `unsupported` for another schema.
  package init(json bytes: [UInt8]) throws(CheckpointError) {
    guard case .object(let members) = try JSONTree(bytes, subject: "the line") else {
      throw CheckpointError(.corrupt, "the line is no JSON object")
    }
    var numbers: [Text: Double] = [:]
    var word: String?
    for member in members {
      switch member.value {
      case .int(let value): numbers[member.key] = Double(value)
      case .double(let value): numbers[member.key] = value
      case .string("NaN"): numbers[member.key] = .nan
      case .string("Infinity"): numbers[member.key] = .infinity
      case .string("-Infinity"): numbers[member.key] = -.infinity
      case .string(let text) where member.key == "kind": word = text.shown
      default: throw CheckpointError(.corrupt, "the member is no number", at: .init(key: member.key))
      }
    }
    guard numbers["schema"] == 1 else {
      throw CheckpointError(.unsupported, "a line of a schema other than 1")
    }
    func count(_ key: Text) throws(CheckpointError) -> Int {
      guard let value = numbers[key].flatMap({ Int(exactly: $0) }), value >= 0 else {
        throw CheckpointError(
          .corrupt, "there is no whole number, 0 or more, under the key", at: .init(key: key))
      }
      return value
    }
    guard let kind = word.flatMap(Kind.init) else {
      throw CheckpointError(.corrupt, "`kind` is none of step, epoch and blend")
    }
    guard let time = numbers["time"] else { throw CheckpointError(.corrupt, "the line has no `time`") }
    self.init(
      kind, epoch: try count("epoch"), step: try count("step"), iteration: try count("iteration"), time: time,
      values: Dictionary(uniqueKeysWithValues: try Self.names(of: numbers)))
  }

  /// Names of measured values are ASCII, as this program writes them.
  private static func names(of numbers: [Text: Double]) throws(CheckpointError) -> [(String, Double)] {
    var named: [(String, Double)] = []
    for (name, value) in numbers {
      guard let name = name.ascii else {
        throw CheckpointError(.corrupt, "the name of a value is not ASCII", at: .init(key: name))
      }
      if !fixed.contains(name) { named.append((name, value)) }
    }
    return named
  }
}
