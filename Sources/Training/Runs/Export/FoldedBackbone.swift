// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import OrderedCollections

/// A backbone's tensors as a graph holds them: float32, batch norms made part of the product before them where that changes
/// nothing. The passes that do it are `edit`'s, so that anybody can do it again.
struct FoldedBackbone {
  let document: Document
  let state: StateDict
  /// What the passes did.
  let steps: [PassReport]

  /// - Throws: what the passes throw, but where there is no batch norm that could be folded.
  init(_ original: Document, isHalf: Bool) throws(CheckpointError) {
    var document = original
    var steps: [PassReport] = []
    func apply(_ pass: any Pass) throws(CheckpointError) { steps += try document.apply([pass]) }
    let others = original.nodes.contains { node in
      if case .tensor(let tensor) = node {
        tensor.dtype.isFloatingPoint && tensor.dtype != .float32
      } else {
        false
      }
    }
    if others { try apply(.cast(.float32)) }
    do throws(CheckpointError) {
      try apply(.fuse(.batchNorm(eps: Fuse.defaultEps)))
    } catch {
      // A network whose norms come after its activations has none to fold.
      guard [.contradiction, .nothingMatched].contains(error.code) else { throw error }
    }
    if isHalf {
      try apply(.cast(.float16))
      try CastReport.check(document, hint: "leave `--half` out")
    }
    guard case .stateDict(let state) = document[document.root] else {
      throw CheckpointError(.misfit, "a backbone is one state dict")
    }
    (self.document, self.state, self.steps) = (document, state, steps)
  }

  /// The passes, as lines of a recipe.
  var recipe: Text { Text(steps.map(\.pass).joined(separator: "\n")) }

  /// The keys that are left.
  var keys: Set<Text> { Set(state.entries.keys) }

  /// A traced graph with the bytes of its tensors.
  func filling(_ graph: OperatorGraph<TracedTensor>) throws(CheckpointError) -> OperatorGraph<
    OperatorModel.Tensor
  > {
    var initializers: [OperatorGraph<OperatorModel.Tensor>.Initializer] = []
    for initializer in graph.initializers {
      initializers.append(.init(initializer.name, initializer.shape, try tensor(initializer.tensor)))
    }
    return OperatorGraph(
      graph.name, inputs: graph.inputs, outputs: graph.outputs, nodes: graph.nodes,
      initializers: initializers)
  }

  private func tensor(_ tensor: TracedTensor) throws(CheckpointError) -> OperatorModel.Tensor {
    switch tensor.content {
    case .constant(let constant): return .init(constant.dtype, .memory(constant.bytes))
    case .parameter(let key): return self.tensor(try record(key))
    case .columns(let slice):
      guard let view = slice.view(of: try record(slice.key)) else {
        throw CheckpointError(
          .misfit, "the graph needs columns that it does not have", at: .init(key: slice.name.description))
      }
      return self.tensor(view)
    }
  }

  private func tensor(_ record: TensorRecord) -> OperatorModel.Tensor {
    .init(record.dtype, .computed(RowMajorBytes(document[record.storage].bytes, record)))
  }

  private func record(_ key: Text) throws(CheckpointError) -> TensorRecord {
    guard let node = state.entries[key], case .tensor(let record) = document[node] else {
      throw CheckpointError(
        .misfit, "the graph needs it, and it is not there", at: .init(key: key.description))
    }
    return record
  }
}

extension OperatorGraph<TracedTensor> {
  /// Each parameter, which is float16, goes through one `Cast` to float32.
  mutating func castParameters() {
    var names: [Text: Text] = [:]
    var casts: [OperatorNode] = []
    for initializer in initializers {
      switch initializer.tensor.content {
      case .constant: continue
      case .parameter, .columns: break
      }
      let name = initializer.name + "/float32"
      names[initializer.name] = name
      casts.append(OperatorNode("Cast", [initializer.name], [name], [("to", .int(1))]))
    }
    for index in nodes.indices { nodes[index].inputs = nodes[index].inputs.map { names[$0] ?? $0 } }
    nodes = casts + nodes
  }
}
