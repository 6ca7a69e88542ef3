// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import Glibc

/// What a verdict on two voices goes by: a threshold of their cosine, and a line from cosine to logarithm of odds, as far as
/// either is known.
package struct DecisionRule: Sendable, Equatable {
  /// Where a threshold is from, as reports call it.
  package enum Source: String, Sendable {
    case given, calibration, speakers, model
  }

  /// Two are of one speaker where their cosine is above it.
  package var threshold: Double?
  /// Nil without a threshold.
  package var source: Source?
  package var line: LogisticCalibration?

  package init(_ threshold: Double? = nil, _ source: Source? = nil, line: LogisticCalibration? = nil) {
    (self.threshold, self.source, self.line) = (threshold, source, line)
  }

  /// Whether a cosine is that of one speaker; nil without a threshold.
  package func accepts(_ cosine: Double) -> Bool? { threshold.map { cosine > $0 } }

  /// The natural logarithm of how much likelier a cosine is of one speaker than of two; nil without a line.
  package func logOdds(_ cosine: Double) -> Double? { line?.logOdds(cosine) }

  /// This one, and what it does not know of another's.
  package func orElse(_ other: DecisionRule) -> DecisionRule {
    var rule = self
    if threshold == nil { (rule.threshold, rule.source) = (other.threshold, other.source) }
    rule.line = line ?? other.line
    return rule
  }

  /// What was said on the command line: a threshold, which stands above all, and a file that `score --calibrate` wrote.
  ///
  /// - Parameters:
  ///   - front: what feeds the model, `model` its file.
  /// - Throws: `wrongWords` for a threshold that no cosine reaches; what reading the file throws; `misfit` where it was made with
  ///   another front end, or has no threshold of the cosine itself and none is given.
  package init(
    given: Double?, calibration: String?, front: FrontEnd, model: String
  ) throws(CheckpointError) {
    if let given {
      try Self.check(given)
      (threshold, source) = (given, .given)
    }
    guard let calibration else { return }
    let file = try Calibration(calibration)
    do throws(CheckpointError) {
      _ = try FrontEndMark.common([(model, Text(front.rawValue)), (calibration, file.frontEnd)])
    } catch {
      var refusal = error
      let other = "a calibration of embeddings that `--front-end \(front.rawValue)` made"
      // A network of the other form cannot be fed so.
      let wanted = file.frontEnd.flatMap { FrontEnd(rawValue: $0.shown) }
      refusal.hint =
        wanted?.form == front.form ? "`--front-end \(wanted?.rawValue ?? "")`, or \(other)" : other
      throw refusal
    }
    if let line = file.line, line.of == .cosine { self.line = line.calibration }
    guard threshold == nil else { return }
    guard let rule = file[.cosine] else {
      throw CheckpointError(
        .misfit, "it has no threshold of the cosine itself", at: .init(file: calibration),
        hint: "`--threshold X`, or a calibration that `score --calibrate` makes now")
    }
    (threshold, source) = (rule.point.threshold, .calibration)
  }

  /// - Throws: `wrongWords` for what no cosine is.
  package static func check(_ threshold: Double) throws(CheckpointError) {
    guard !(-1...1).contains(threshold) else { return }
    throw CheckpointError(
      .wrongWords, "`--threshold \(threshold)`: cosines lie between -1 and 1")
  }

  /// The error where a verdict is wanted and nothing says what it goes by.
  ///
  /// - Parameter reason: why what might have said it does not; nil where nothing might have.
  package static func unknown(_ reason: String?) -> CheckpointError {
    CheckpointError(
      .ambiguous, "no threshold is known, so there is no verdict" + (reason.map { ": \($0)" } ?? ""),
      hint: "`--threshold X`, or `--calibration FILE` of `resect-train score --calibrate`")
  }

  /// How much likelier one speaker is than two, for people.
  package static func words(logOdds: Double) -> String {
    let times = logOdds.magnitude > 13.8 ? "over 1000000" : Decimals.text(exp(logOdds.magnitude), places: 1)
    return "\(times) times likelier of \(logOdds < 0 ? "two speakers" : "one speaker")"
  }
}
