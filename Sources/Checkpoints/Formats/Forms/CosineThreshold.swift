// SPDX-License-Identifier: Apache-2.0

/// The threshold of the raw cosine in a `calibration.json`, which `resect-train score --calibrate` wrote.
///
/// Thresholds of other rules need a cohort or a line that no loader has, and none holds for other features than it was
/// measured with.
public struct CosineThreshold: Sendable {
  /// The features that modelscope and FunASR compute, as `embed --front-end` calls them.
  static let frontEnd: Text = "fbank"
  private static let schema = 1
  /// A calibration is a few hundred bytes.
  private static let longest = 1 << 20

  let threshold: MeasuredThreshold
  let file: InputFile

  /// - Throws: what `InputFile` throws; `corrupt` where it is no calibration, `unsupported` for one of a later schema.
  public init(_ path: String) throws(CheckpointError) {
    file = try InputFile(path: path)
    do throws(CheckpointError) {
      guard file.size <= Self.longest else {
        throw CheckpointError(.limit, "a calibration of \(file.size) bytes; at most \(Self.longest) are read")
      }
      let tree = try JSONTree(file.read(0..<file.size), subject: "the calibration")
      guard let schema = tree["schema"]?.integer, let rules = tree["rules"]?.items else {
        throw Self.fault(.corrupt, "it is no calibration")
      }
      guard schema == Self.schema else {
        throw Self.fault(.unsupported, "its schema is \(schema); this version reads \(Self.schema)")
      }
      let rule = rules.first { $0["rule"]?.text == "cosine" }
      threshold = MeasuredThreshold(
        try rule.map { rule throws(CheckpointError) in try Self.number(rule["threshold"]) },
        frontEnd: tree["frontEnd"]?.text)
    } catch { throw error.at(file: path) }
  }

  /// Why the value is none for a loader that computes `fbank`; nil where it is one.
  var misfit: String? {
    if let misfit = threshold.misfit(for: Self.frontEnd, "modelscope computes") { return misfit }
    guard let value = threshold.value, !(-1...1).contains(value) else { return nil }
    return "the calibration's is \(value), which no cosine reaches"
  }

  private static func number(_ value: JSONTree?) throws(CheckpointError) -> Double {
    guard let number = value?.number else {
      throw fault(.corrupt, "`threshold` of the rule `cosine` is no number")
    }
    return number
  }

  private static func fault(_ code: CheckpointError.Code, _ reason: String) -> CheckpointError {
    CheckpointError(code, reason, hint: "a file that `resect-train score --calibrate` wrote")
  }
}
