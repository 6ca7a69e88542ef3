// SPDX-License-Identifier: Apache-2.0

/// `NodeProto`: which operator, and where its attributes are.
struct ONNXNode {
  enum Field: Int, ProtobufFields {
    static let message = "NodeProto"
    case input = 1
    case output, name, op_type, attribute
    case domain = 7
    var isRepeated: Bool { self == .input || self == .output || self == .attribute }
  }

  private(set) var operation = ONNXOperator(domain: "", name: "")
  private(set) var name: Text = ""
  /// What it is known by: its first output that has a name, else its own, else its number.
  private(set) var label: Text = ""
  let range: Range<Int>

  /// - Parameter index: of the node in its graph.
  init(_ window: ProtobufWindow, _ range: Range<Int>, _ index: Int) throws(CheckpointError) {
    self.range = range
    var cursor = ProtobufCursor<Field>(window, range)
    while let field = try cursor.next() {
      switch field.name {
      case .output: if label.isEmpty { label = try field.text() }
      case .name: name = try field.text()
      case .op_type: operation.name = try field.text()
      case .domain: operation.domain = try field.text()
      case .input, .attribute: break
      }
    }
    if label.isEmpty { label = name.isEmpty ? "node \(index)" : name }
  }
}

extension ONNXModel {
  /// Counts a node's operator, and adds the tensors and graphs of its attributes.
  ///
  /// - Parameter names: of the graph, among which a constant has one.
  mutating func add(
    node: ONNXNode, at place: ONNXPlace, _ names: inout Set<Text>
  ) throws(CheckpointError) {
    try operators.add(node)
    let isConstant = node.operation.name == "Constant" && ONNXOperators.isStandard(node.operation.domain)
    let inside = place.inside(node.label)
    var cursor = ProtobufCursor<ONNXNode.Field>(window, node.range)
    while let field = try cursor.next() {
      guard field.name == .attribute else { continue }
      let attribute = try ONNXAttribute(window, field.bytes())
      if isConstant, attribute.isConstant {
        _ = try Self.new(node.label, attribute.byte, &names)
        try add(attribute, asConstant: inside)
      } else {
        try add(attribute, at: inside.inside(attribute.name))
      }
    }
  }
}
