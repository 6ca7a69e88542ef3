// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// Every operator against onnxruntime, whose answers lie in the models beside what went in
/// (`fixtures/onnx/operators/make.py`).
@Suite struct OperatorTests {
  static let operators = [
    "Add", "AveragePool", "BatchNormalization", "Cast", "Clip", "Concat", "Conv", "Div", "Flatten", "Gather",
    "Gemm",
    "Identity", "InstanceNormalization", "Log", "Mul", "Pad", "Range", "ReduceMean", "ReduceSum", "Relu",
    "Reshape",
    "Shape", "Sigmoid", "Slice", "Softmax", "Sqrt", "Sub", "Tanh", "Transpose",
  ]

  @Test(arguments: operators) func `gives what onnxruntime gives`(operation: String) throws {
    let model = try OperatorModel(InputFile(path: Fixtures.path("onnx/operators/\(operation).onnx")))
    let given = try Interpreter(model).run([:])
    #expect(model.graph.nodes.count >= 2)
    #expect(given.count == model.graph.nodes.count)
    for (name, value) in given {
      let wanted = try GraphTensor(
        try #require(model.graph.initializers.first { $0.name == "expected/" + name }))
      let node = model.graph.nodes.first { $0.outputs == [name] }
      #expect(value.shape == wanted.shape, "\(name): \(String(describing: node))")
      #expect(Self.agree(value, wanted), "\(name): \(value.elements), not \(wanted.elements)")
    }
  }

  /// Integers are equal; of floats, the larger they are, the more may be lost.
  static func agree(_ value: GraphTensor, _ wanted: GraphTensor) -> Bool {
    guard let floats = value.floats, let others = wanted.floats else {
      return value.elements == wanted.elements
    }
    return floats.count == others.count
      && zip(floats, others).allSatisfy { one, other in
        one == other || one.isNaN && other.isNaN || abs(one - other) <= 2e-6 * max(1, abs(other))
      }
  }

  @Test func `each that is run is judged`() {
    for name in Self.operators { #expect(Interpreter.operators.contains(Text(name))) }
    #expect(!Interpreter.operators.contains("Gelu"))
  }
}
