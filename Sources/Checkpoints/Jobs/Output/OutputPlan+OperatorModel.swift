// SPDX-License-Identifier: Apache-2.0

extension OutputPlan {
  /// Plans an ONNX model. Reads no tensor.
  ///
  /// - Parameter read: files beyond those of its tensors that the model was made of: no output may replace one, and none
  ///   may change meanwhile.
  /// - Throws: `.unrepresentable` for what ONNX cannot hold, and for 2 GiB and more.
  package init(_ model: OperatorModel, read: [InputFile] = []) throws(CheckpointError) {
    let output = PlannedOutput(files: [try model.planned()], tensors: model.graph.initializers.count)
    var inputs: [InputFile] = []
    for input in read + model.graph.initializers.flatMap(\.tensor.bytes.inputs) where !inputs.contains(input)
    {
      inputs.append(input)
    }
    files = output.files
    isFolder = false
    self.inputs = inputs
    summary = OutputSummary(Document.Format.onnx.rawValue, output, casts: [])
  }
}
