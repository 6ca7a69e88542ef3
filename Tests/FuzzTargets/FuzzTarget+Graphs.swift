// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Training

/// Models that are run.
extension FuzzTarget {
  /// Bytes that all values of a run may take: whatever an operator does with so few is done at once.
  private static let room = 1 << 16

  /// A graph, written, is the same graph when it is read again; and it can be run, or is refused.
  static func graph(_ bytes: [UInt8]) throws(CheckpointError) {
    try ScratchFile.opened(bytes, suffix: ".onnx") { file throws(CheckpointError) in
      let model = try OperatorModel(file)
      try compare(model)
      let interpreter = try Interpreter(model, limit: room)
      var inputs: [Text: GraphTensor] = [:]
      for port in model.graph.inputs { inputs[port.name] = try filled(port) }
      let outputs = try interpreter.run(inputs)
      for (name, value) in outputs { precondition(value.count == value.shape.reduce(1, *), "\(name)") }
    }
  }

  private static func compare(_ model: OperatorModel) throws(CheckpointError) {
    try ScratchFile.with([], suffix: ".again.onnx") { path throws(CheckpointError) in
      try OutputPlan(model).write(to: path, replacing: true)
      let again = try OperatorModel(InputFile(path: path))
      // As words: NaN is equal to nothing.
      precondition("\(again.graph.nodes)" == "\(model.graph.nodes)")
      precondition(
        "\(again.graph.inputs) \(again.graph.outputs)" == "\(model.graph.inputs) \(model.graph.outputs)")
      precondition(again.metadata == model.metadata && again.operatorSet == model.operatorSet)
      precondition(again.graph.initializers.map(\.name) == model.graph.initializers.map(\.name))
      precondition(again.graph.initializers.map(\.shape) == model.graph.initializers.map(\.shape))
      var left = 4 << 20
      for (new, old) in Swift.zip(again.graph.initializers, model.graph.initializers) {
        let count = old.tensor.bytes.byteCount
        precondition(new.tensor.bytes.byteCount == count && new.tensor.dtype == old.tensor.dtype)
        left -= count
        guard left > 0 else { break }
        let elements = (try new.tensor.bytes.read(0..<count), try old.tensor.bytes.read(0..<count))
        precondition(elements.0 == elements.1)
      }
    }
  }

  /// Ones, where a size is open three of them.
  private static func filled(_ port: OperatorPort) throws(CheckpointError) -> GraphTensor {
    var shape: [Int] = []
    for dimension in port.dimensions {
      switch dimension {
      case .size(let size): shape.append(size)
      case .named: shape.append(3)
      }
    }
    guard let count = shape.elementCount, count <= room / 8 else {
      throw CheckpointError(.limit, "an input is too large")
    }
    switch port.dtype {
    case .int64: return try GraphTensor(shape, .int(Array(repeating: 1, count: count)))
    default: return try GraphTensor(shape, Array(repeating: 1, count: count))
    }
  }
}
