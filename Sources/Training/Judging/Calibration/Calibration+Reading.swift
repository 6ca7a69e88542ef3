// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension Calibration {
  /// A calibration is a few hundred bytes.
  private static let longest = 1 << 20

  /// Reads what `score --calibrate` wrote.
  ///
  /// - Throws: `corrupt`, with the key, where something is missing or no number; `unsupported` for a later schema.
  package init(_ path: String) throws(CheckpointError) {
    do throws(CheckpointError) {
      let tree = try JSONTree(FileSystem.bytes(of: path, limit: Self.longest), subject: "the calibration")
      let schema = tree["schema"]?.integer
      guard schema == Self.schema else {
        throw CheckpointError(
          schema == nil ? .corrupt : .unsupported,
          schema.map { "its schema is \($0); this version reads \(Self.schema)" } ?? "it is no calibration",
          at: .init(key: "schema"), hint: "a file that `score --calibrate` wrote")
      }
      self.init(
        frontEnd: tree["frontEnd"]?.text, goal: try OperatingGoal(try Self.part(tree, "operatingPoint")),
        prior: try Self.number(tree, "prior"), trials: try Origin(try Self.part(tree, "trials")), rules: [])
      for item in try Self.part(tree, "rules").items ?? [] {
        // A rule of a later version is not asked for.
        guard let rule = ScoringRule(rawValue: try Self.word(item, "rule").shown) else { continue }
        rules.append(try Rule(rule, item))
      }
      if let part = tree["cohort"], part != .null { cohort = try Cohort.Identity(part) }
    } catch { throw error.at(file: path) }
  }

  fileprivate static func part(_ tree: JSONTree, _ key: Text) throws(CheckpointError) -> JSONTree {
    guard let part = tree[key], part != .null else { throw wrong(key, "is missing") }
    return part
  }

  fileprivate static func word(_ tree: JSONTree, _ key: Text) throws(CheckpointError) -> Text {
    guard let word = try part(tree, key).text else { throw wrong(key, "is no text") }
    return word
  }

  fileprivate static func number(_ tree: JSONTree, _ key: Text) throws(CheckpointError) -> Double {
    guard let number = try part(tree, key).number else { throw wrong(key, "is no number") }
    return number
  }

  fileprivate static func count(_ tree: JSONTree, _ key: Text) throws(CheckpointError) -> Int {
    guard let count = try part(tree, key).integer, count >= 0 else { throw wrong(key, "is no count") }
    return count
  }

  fileprivate static func wrong(_ key: Text, _ what: String) -> CheckpointError {
    CheckpointError(
      .corrupt, "`\(key)` \(what)", at: .init(key: key), hint: "a file that `score --calibrate` wrote")
  }
}

extension Cohort.Identity {
  fileprivate init(_ tree: JSONTree) throws(CheckpointError) {
    self.init(
      sha256: try Calibration.word(tree, "sha256"), vectors: try Calibration.count(tree, "vectors"),
      top: try Calibration.count(tree, "top"))
  }
}

extension Calibration.Origin {
  fileprivate init(_ tree: JSONTree) throws(CheckpointError) {
    self.init(
      sha256: try Calibration.word(tree, "sha256"), targets: try Calibration.count(tree, "targets"),
      nontargets: try Calibration.count(tree, "nontargets"))
  }
}

extension Calibration.Rule {
  fileprivate init(_ rule: ScoringRule, _ tree: JSONTree) throws(CheckpointError) {
    let point = OperatingPoint(
      threshold: try Calibration.number(tree, "threshold"), far: try Calibration.number(tree, "far"),
      frr: try Calibration.number(tree, "frr"),
      falseAcceptances: try Calibration.count(tree, "falseAcceptances"),
      falseRefusals: try Calibration.count(tree, "falseRefusals"))
    self.init(rule: rule, point: point)
    if let range = tree["interval"], range != .null {
      interval = Interval(
        lower: try Calibration.number(range, "lower"), upper: try Calibration.number(range, "upper"))
    }
    guard rule == .logistic else { return }
    let of = try Calibration.word(tree, "of")
    guard let score = ScoringRule(rawValue: of.shown), score != .logistic else {
      throw Calibration.wrong("of", "is no score: `\(of)`")
    }
    line = (
      LogisticCalibration(
        scale: try Calibration.number(tree, "scale"), offset: try Calibration.number(tree, "offset")), score
    )
  }
}

extension OperatingGoal {
  fileprivate init(_ tree: JSONTree) throws(CheckpointError) {
    let word = try Calibration.word(tree, "goal")
    do throws(CheckpointError) {
      if let kind = WantedRate.Kind(rawValue: word.shown) {
        self = .rate(try WantedRate(kind, try Calibration.number(tree, "rate")))
      } else if word == "cost" {
        self = .cost(
          try DetectionCosts(
            targetPrior: try Calibration.number(tree, "targetPrior"),
            missCost: try Calibration.number(tree, "missCost"),
            falseAlarmCost: try Calibration.number(tree, "falseAlarmCost")))
      } else {
        throw Calibration.wrong("goal", "is none that is known: `\(word)`")
      }
    } catch  where error.code == .wrongWords {
      throw CheckpointError(.corrupt, error.reason, at: .init(key: "operatingPoint"))
    }
  }
}
