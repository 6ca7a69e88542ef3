// SPDX-License-Identifier: Apache-2.0

/// `GraphProto`: initialisers, nodes, what goes in and comes out.
extension ONNXModel {
  enum GraphField: Int, ProtobufFields {
    static let message = "GraphProto"
    case node = 1
    case name
    case initializer = 5
    case input = 11
    case output
    case sparse_initializer = 15

    var isRepeated: Bool { self != .name }
  }

  /// More of them go into no model.
  private static let mostInputs = 1 << 16

  /// - Parameter place: empty for the main graph.
  mutating func add(
    graph range: Range<Int>, at place: ONNXPlace, isMain: Bool = false
  ) throws(CheckpointError) {
    let place = try place.deeper(range.lowerBound)
    var names: Set<Text> = []
    var inputs: [ONNXValueInfo] = []
    var outputs: [ONNXValueInfo] = []
    var graphName: Text = ""
    // Nodes stand before the initialisers and come behind them: they are gone over again.
    var nodes: Range<Int>?
    var cursor = ProtobufCursor<GraphField>(window, range)
    while let field = try cursor.next() {
      switch field.name {
      case .node: nodes = (nodes?.lowerBound ?? field.byte)..<(try field.bytes().upperBound)
      case .name: graphName = try field.text()
      case .initializer:
        let tensor = try ONNXTensor(window, field.bytes())
        try add(tensor, named: tensor.name, at: place, &names)
      case .sparse_initializer:
        let sparse = try ONNXSparseTensor(window, field.bytes())
        try add(sparse, named: sparse.name, at: place, &names)
      case .input where isMain: inputs.append(try ONNXValueInfo(window, field.bytes()))
      case .output where isMain: outputs.append(try ONNXValueInfo(window, field.bytes()))
      case .input, .output: break
      }
      guard inputs.count + outputs.count <= Self.mostInputs else {
        throw CheckpointError(
          .limit, "the graph has more than \(Self.mostInputs) inputs and outputs", at: .init(byte: field.byte)
        )
      }
    }
    if isMain { note(inputs: inputs, outputs: outputs, graph: graphName) }
    guard let nodes else { return }
    var again = ProtobufCursor<GraphField>(window, nodes)
    var index = 0
    while let field = try again.next() {
      guard field.name == .node else { continue }
      try add(node: ONNXNode(window, field.bytes(), index), at: place, &names)
      index += 1
    }
  }

  private mutating func add(
    _ tensor: ONNXTensor, named name: Text?, at place: ONNXPlace, _ names: inout Set<Text>
  ) throws(CheckpointError) {
    try add(tensor, at: place.inside(try Self.new(name, tensor.byte, &names)))
  }

  private mutating func add(
    _ sparse: ONNXSparseTensor, named name: Text?, at place: ONNXPlace, _ names: inout Set<Text>
  ) throws(CheckpointError) {
    try add(sparse, at: place.inside(try Self.new(name, sparse.values.byte, &names)))
  }

  /// A name of a graph, which nothing else in it may have.
  static func new(_ name: Text?, _ byte: Int, _ names: inout Set<Text>) throws(CheckpointError) -> Text {
    guard let name, !name.isEmpty else {
      throw CheckpointError(.corrupt, "an initialiser of the graph has no name", at: .init(byte: byte))
    }
    guard names.insert(name).inserted else {
      throw CheckpointError(
        .corrupt, "the graph names it twice, and readers do not agree on which counts",
        at: .init(byte: byte, key: ValuePath.escape(name)))
    }
    return name
  }

  /// A sparse tensor is two dense ones, which its name stands before.
  mutating func add(_ sparse: ONNXSparseTensor, at place: ONNXPlace) throws(CheckpointError) {
    try add(sparse.values, at: place.inside("values"))
    try add(sparse.indices, at: place.inside("indices"))
  }
}

/// `TrainingInfoProto`: the graphs that a model is trained with.
extension ONNXModel {
  enum TrainingField: Int, ProtobufFields {
    static let message = "TrainingInfoProto"
    case initialization = 1
    case algorithm = 2
    var isRepeated: Bool { false }
  }

  mutating func add(training range: Range<Int>, at place: ONNXPlace) throws(CheckpointError) {
    var cursor = ProtobufCursor<TrainingField>(window, range)
    while let field = try cursor.next() {
      try add(graph: field.bytes(), at: place.inside(Text(field.name.protoName)))
    }
  }
}
