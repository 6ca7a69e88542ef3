// SPDX-License-Identifier: Apache-2.0

/// What a folder for modelscope's pipelines needs beyond the backbone: the cosine from which on two recordings are of one
/// speaker.
public struct ModelScopeOptions: Sendable {
  /// Stands above what a calibration has; -1 to 1.
  public var threshold: Double?
  /// Where it was measured.
  public var calibration: CosineThreshold?

  /// Without either nobody passes.
  public init(threshold: Double? = nil, calibration: CosineThreshold? = nil) {
    self.threshold = threshold
    self.calibration = calibration
  }

  /// The threshold that may be written; nil where there is none, or it would mislead.
  var known: Double? {
    if let threshold { return threshold }
    guard let calibration, calibration.misfit == nil else { return nil }
    return calibration.threshold.value
  }

  /// - Throws: `wrongWords` for what no cosine reaches.
  func check() throws(CheckpointError) {
    guard let threshold, !(-1...1).contains(threshold) else { return }
    throw CheckpointError(
      .wrongWords, "a threshold of \(threshold); cosines lie between -1 and 1", hint: "`--threshold 0.31`")
  }
}
