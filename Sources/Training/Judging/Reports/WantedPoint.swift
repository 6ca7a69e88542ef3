// SPDX-License-Identifier: Apache-2.0

/// The threshold at a wanted rate, and what it does on the list.
package struct WantedPoint: Codable, Sendable {
  /// `far` or `frr`.
  package var wanted: WantedRate.Kind
  /// What is wanted, a share of 1.
  package var rate: Double
  package var point: OperatingPoint
  /// Whether the trials are enough to tell the rate, by the rule of 30.
  package var isTold: Bool
  /// Of the threshold; nil without a bootstrap.
  package var interval: Interval?

  /// What is said where the trials are too few.
  package var note: String?

  init(_ wanted: WantedRate, _ rates: ErrorRates, scores: [Double], targets: [Bool], interval: Interval?) {
    self.wanted = wanted.kind
    rate = wanted.rate
    point = OperatingPoint(rates.threshold(wanted), scores: scores, targets: targets)
    let kind = wanted.kind == .far
    let trials = targets.count { $0 != kind }
    isTold = wanted.isTold(by: trials)
    self.interval = interval
    guard !isTold else { return }
    let word = kind ? "nontarget" : "target"
    note =
      "`--\(wanted.kind.rawValue) \(Decimals.plain(wanted.rate))`: \(trials) \(word)\(trials == 1 ? "" : "s") are too few"
      + " to tell a rate of \(Decimals.percent(wanted.rate)); it takes \(WantedRate.telling) errors, so"
      + " \(wanted.needed) \(word)s (rule of 30)"
  }

  /// The line's name and what it says.
  var line: (name: String, words: String) {
    func count(_ errors: Int, _ share: Double) -> String {
      "\(Decimals.percent((share * 1e6).rounded() / 1e6)) (\(errors))"
    }
    let range = interval.map { " " + $0.text(places: 4) } ?? ""
    return (
      "\(wanted.rawValue.uppercased()) \(Decimals.percent(rate))",
      "at \(Decimals.text(point.threshold, places: 4))\(range): FAR \(count(point.falseAcceptances, point.far)),"
        + " FRR \(count(point.falseRefusals, point.frr))"
    )
  }
}

extension Interval {
  /// `(0.3102 to 0.4288)`.
  func text(places: Int, scale: Double = 1) -> String {
    "(\(Decimals.text(lower * scale, places: places)) to \(Decimals.text(upper * scale, places: places)))"
  }
}
