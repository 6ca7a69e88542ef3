// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

/// The graphs that networks write down as they are gone over.
@Suite struct GraphTraceTests {
  /// Every operator that an exported graph may have; others are what converters stumble over.
  private static let operators: Set<Text> = [
    "Add", "AveragePool", "BatchNormalization", "Cast", "Clip", "Concat", "Conv", "Div", "Flatten", "Gather",
    "Gemm", "InstanceNormalization", "Log", "Mul", "Pad", "Range", "ReduceMean", "ReduceSum", "Relu",
    "Reshape", "Shape", "Sigmoid", "Slice", "Softmax", "Sqrt", "Sub", "Tanh", "Transpose",
  ]

  private static let names = NetworkCatalogue.listed.map(\.name).filter { !$0.contains("/classifier-") }

  private func graph(_ name: String) throws -> OperatorGraph<TracedTensor> {
    let configuration = try #require(try NetworkCatalogue.configuration(of: name))
    let front = configuration.sizes.frontEnd ?? .mel
    return try configuration.network(FastKernels.self, front: front, source: OutlineParameters())
      .graph(input: "feature", output: "embedding")
  }

  @Test(arguments: names)
  func `each value is given once, before it is taken`(_ name: String) throws {
    let graph = try graph(name)
    var known = Set(graph.initializers.map(\.name) + graph.inputs.map(\.name))
    #expect(known.count == graph.initializers.count + 1)
    for node in graph.nodes {
      #expect(Self.operators.contains(node.operation), "\(node.operation)")
      #expect(node.inputs.allSatisfy(known.contains), "\(node)")
      for output in node.outputs { #expect(known.insert(output).inserted, "\(output)") }
    }
    #expect(known.contains("embedding"))
  }

  @Test(arguments: names)
  func `each parameter is in the graph, under its key and with its shape`(_ name: String) throws {
    let graph = try graph(name)
    let configuration = try #require(try NetworkCatalogue.configuration(of: name))
    var columns: [Text: Int] = [:]
    var shapes: [Text: [Int]] = [:]
    for initializer in graph.initializers {
      switch initializer.tensor.content {
      case .parameter(let key): shapes[key] = initializer.shape
      case .columns(let slice): columns[slice.key, default: 0] += slice.columns.count
      case .constant: break
      }
    }
    for slot in try configuration.slots where !slot.key.hasSuffix("num_batches_tracked") {
      let key = Text(slot.key)
      if let whole = columns[key] {
        #expect(whole == slot.shape[1...].reduce(1, *), "\(key)")
      } else {
        #expect(shapes[key] == slot.shape, "\(key)")
      }
    }
  }
}
