// SPDX-License-Identifier: Apache-2.0

/// One safetensors file: a header, then dense tensors without gaps.
enum SafetensorsFormat: OutputFormat {
  static let word = "safetensors"
  static let suffixes: [Text] = ["safetensors"]

  static func plan(
    _ document: Document, _ options: FormatOptions
  ) throws(CheckpointError) -> PlannedOutput {
    let contents = try SafetensorsContents(document)
    let layout = try SafetensorsLayout(contents.tensors, contents.metadata, from: contents.document)
    return PlannedOutput(
      files: [PlannedFile(layout.sections)], tensors: contents.tensors.count,
      droppedBytes: contents.droppedBytes, droppedValues: contents.droppedValues, notes: contents.notes)
  }
}
