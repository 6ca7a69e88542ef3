// SPDX-License-Identifier: Apache-2.0

/// A folder that `funasr.AutoModel(model=FOLDER)` opens.
enum FunASRFormat: OutputFormat {
  static let word = "funasr"

  static func plan(
    _ document: Document, _ options: FormatOptions
  ) throws(CheckpointError) -> PlannedOutput {
    let backbone = try LoadableBackbone(document, for: FunASRConfiguration.project).backbone
    let configuration = try FunASRConfiguration.text(of: backbone)
    return try PlannedOutput(
      loadable: document, options, weights: FunASRConfiguration.standard,
      beside: [(name: FunASRConfiguration.name, bytes: configuration)])
  }
}
