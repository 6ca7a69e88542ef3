// SPDX-License-Identifier: Apache-2.0

/// A folder that `modelscope.pipelines.pipeline('speaker-verification', model=FOLDER)` opens.
enum ModelScopeFormat: OutputFormat {
  static let word = "modelscope"
  static let weights: Text = "model.pt"
  /// Where none is known: no two recordings are alike to a cosine of 1, so that nobody passes by a number that was made up.
  static let closed = 1.0

  static func plan(
    _ document: Document, _ options: FormatOptions
  ) throws(CheckpointError) -> PlannedOutput {
    let own = options.modelScope
    try own.check()
    let network = try ModelScopeNetwork(LoadableBackbone(document, for: ModelScopeNetwork.project).backbone)
    let configuration = try ModelScopeConfiguration.text(
      of: network, weights: weights, threshold: own.known ?? closed)
    var output = try PlannedOutput(
      loadable: document, options, weights: weights,
      beside: [(name: ModelScopeConfiguration.name, bytes: configuration)])
    output.notes = network.notes + [note(own)].compactMap(\.self)
    output.inputs = own.calibration.map { [$0.file] } ?? []
    return output
  }

  private static func note(_ options: ModelScopeOptions) -> String? {
    guard options.known == nil else { return nil }
    let closed = "`yesOrno_thr` is 1, so that no two recordings pass"
    guard let misfit = options.calibration?.misfit else {
      return "no threshold was given: \(closed); `--threshold X` or `--calibration FILE` sets it"
    }
    return "\(closed): \(misfit): `resect-train embed --front-end \(CosineThreshold.frontEnd)`, then "
      + "`resect-train score --calibrate FILE`, make one"
  }
}

extension PlannedOutput {
  /// A folder of weights, as a file of torch's, and what tells a loader of them.
  init(
    loadable document: Document, _ options: FormatOptions, weights: Text,
    beside others: [(name: Text, bytes: [UInt8])]
  ) throws(CheckpointError) {
    let archive = try TorchFormat.Archive(document, options)
    self.init(
      files: [PlannedFile(name: weights, [archive.section])], isFolder: true, tensors: archive.tensors,
      droppedBytes: archive.droppedBytes, globals: archive.globals)
    for (name, bytes) in others { files.append(PlannedFile(name: name, bytes: bytes)) }
  }
}
