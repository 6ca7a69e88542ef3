// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension OperatorGraph<TracedTensor> {
  /// The graph without the batch norms that have become part of the product before them: those whose statistics are not
  /// among `keys` any more.
  ///
  /// - Throws: `unsupported` where one does not come right after a product, or not after it alone.
  func folding(_ keys: Set<Text>) throws(CheckpointError) -> Self {
    var graph = self
    var makers: [Text: Int] = [:]
    var readers: [Text: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for name in node.outputs { makers[name] = index }
      for name in node.inputs { readers[name, default: 0] += 1 }
    }
    var gone: Set<Int> = []
    for (index, node) in nodes.enumerated() where node.operation == "BatchNormalization" {
      guard !keys.contains(node.inputs[3]) else { continue }
      let (input, mean) = (node.inputs[0], node.inputs[3])
      guard let maker = makers[input], readers[input] == 1,
        ["Conv", "Gemm"].contains(nodes[maker].operation),
        let layer = nodes[maker].inputs[1].dropping(suffix: ".weight")
      else {
        throw CheckpointError(
          .unsupported, "its batch norm is folded, and no product comes right before it",
          at: .init(key: mean.description))
      }
      let bias = layer + ".bias"
      graph.nodes[maker].inputs = Array(nodes[maker].inputs.prefix(2)) + [bias]
      graph.nodes[maker].outputs = node.outputs
      gone.insert(index)
      if !graph.initializers.contains(where: { $0.name == bias }),
        let shape = initializers.first(where: { $0.name == mean })?.shape
      {
        graph.initializers.append(.init(bias, shape, TracedTensor(shape: shape, content: .parameter(bias))))
      }
    }
    graph.nodes = graph.nodes.indices.filter { !gone.contains($0) }.map { graph.nodes[$0] }
    let used = Set(graph.nodes.flatMap(\.inputs))
    graph.initializers.removeAll { !used.contains($0.name) }
    return graph
  }
}
