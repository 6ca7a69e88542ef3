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

  /// Nil where the file has none for the cosine itself.
  let value: Double?
  /// The features that it was measured with; nil where the file does not say.
  let measured: Text?
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
      measured = tree["frontEnd"]?.text
      if let rule = rules.first(where: { $0["rule"]?.text == "cosine" }) {
        value = try Self.number(rule["threshold"])
      } else {
        value = nil
      }
    } catch { throw error.at(file: path) }
  }

  /// Why the value is none for a loader that computes `fbank`; nil where it is one.
  var misfit: String? {
    guard let value else { return "the calibration has none for the cosine itself" }
    guard measured == Self.frontEnd else {
      let words = measured.map { "was measured with `\($0)`" } ?? "does not say with which features"
      return "the calibration \(words), and modelscope computes `\(Self.frontEnd)`"
    }
    return (-1...1).contains(value) ? nil : "the calibration's is \(value), which no cosine reaches"
  }

  private static func number(_ value: JSONTree?) throws(CheckpointError) -> Double {
    switch value {
    case .int(let value): Double(value)
    case .double(let value): value
    default: throw fault(.corrupt, "`threshold` of the rule `cosine` is no number")
    }
  }

  private static func fault(_ code: CheckpointError.Code, _ reason: String) -> CheckpointError {
    CheckpointError(code, reason, hint: "a file that `resect-train score --calibrate` wrote")
  }
}
