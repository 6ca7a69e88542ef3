// SPDX-License-Identifier: Apache-2.0

/// A graph of operators as ONNX has it (`GraphProto`): what goes in, nodes in an order in which they can be run, what comes
/// out, and the tensors that it has of its own.
///
/// `Tensor` says what an initialiser is: where its bytes come from in a graph that is to be written, where they lie in one
/// that was read.
package struct OperatorGraph<Tensor: Sendable>: Sendable {
  /// An input or an output of the graph.
  package struct Port: Sendable {
    package var name: Text
    /// Of its elements.
    package var dtype: DType
    package var dimensions: [Dimension]

    package init(_ name: Text, _ dimensions: [Dimension], _ dtype: DType = .float32) {
      (self.name, self.dtype, self.dimensions) = (name, dtype, dimensions)
    }
  }

  /// `TensorShapeProto.Dimension`.
  package enum Dimension: Sendable, Hashable {
    case size(Int)
    /// One that is known when the graph is run; where a name stands twice, the sizes agree. An empty name says nothing.
    case named(Text)
  }

  package struct Initializer: Sendable {
    package var name: Text
    package var shape: [Int]
    package var tensor: Tensor

    package init(_ name: Text, _ shape: [Int], _ tensor: Tensor) {
      (self.name, self.shape, self.tensor) = (name, shape, tensor)
    }
  }

  package var name: Text
  package var inputs: [Port]
  package var outputs: [Port]
  package var nodes: [OperatorNode]
  package var initializers: [Initializer]

  package init(
    _ name: Text, inputs: [Port] = [], outputs: [Port] = [], nodes: [OperatorNode] = [],
    initializers: [Initializer] = []
  ) {
    self.name = name
    (self.inputs, self.outputs, self.nodes, self.initializers) = (inputs, outputs, nodes, initializers)
  }
}

/// A node of the standard domain (`NodeProto`): an operator, the names of what it takes and gives, and its attributes in
/// the order in which they are written.
package struct OperatorNode: Sendable, Equatable {
  /// An attribute's value (`AttributeProto`), as far as the operators of our networks have them.
  package enum Attribute: Sendable, Equatable {
    case float(Float)
    case int(Int64)
    case string(Text)
    case floats([Float])
    case ints([Int64])
  }

  /// `op_type`.
  package var operation: Text
  /// An empty name is an optional input that is left out.
  package var inputs: [Text]
  package var outputs: [Text]
  package var attributes: [(name: Text, value: Attribute)]

  package init(
    _ operation: Text, _ inputs: [Text], _ outputs: [Text],
    _ attributes: [(name: Text, value: Attribute)] = []
  ) {
    (self.operation, self.inputs, self.outputs, self.attributes) = (operation, inputs, outputs, attributes)
  }

  package subscript(_ name: Text) -> Attribute? { attributes.first { $0.name == name }?.value }

  package static func == (a: Self, b: Self) -> Bool {
    a.operation == b.operation && a.inputs == b.inputs && a.outputs == b.outputs
      && a.attributes.map(\.name) == b.attributes.map(\.name)
      && a.attributes.map(\.value) == b.attributes.map(\.value)
  }
}
