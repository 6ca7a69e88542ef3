// SPDX-License-Identifier: Apache-2.0

/// `FunctionProto`: an operator that the model brings itself, as nodes.
extension ONNXModel {
  enum FunctionField: Int, ProtobufFields {
    static let message = "FunctionProto"
    case name = 1
    case node = 7
    case domain = 10
    case attribute_proto
    case overload = 13

    var isRepeated: Bool { self == .node || self == .attribute_proto }
  }

  mutating func add(function range: Range<Int>) throws(CheckpointError) {
    var operation = ONNXOperator(domain: "", name: "")
    var overload: Text = ""
    var cursor = ProtobufCursor<FunctionField>(window, range)
    while let field = try cursor.next() {
      switch field.name {
      case .name: operation.name = try field.text()
      case .domain: operation.domain = try field.text()
      case .overload: overload = try field.text()
      case .node, .attribute_proto: break
      }
    }
    operators.define(operation)
    let name = overload.isEmpty ? operation.text : operation.text + ":" + overload
    let place = try ONNXPlace().inside("functions").inside(name).deeper(range.lowerBound)
    var names: Set<Text> = []
    var index = 0
    var again = ProtobufCursor<FunctionField>(window, range)
    while let field = try again.next() {
      switch field.name {
      case .node:
        try add(node: ONNXNode(window, field.bytes(), index), at: place, &names)
        index += 1
      case .attribute_proto:
        // What an attribute is where a call leaves it out.
        let attribute = try ONNXAttribute(window, field.bytes())
        try add(attribute, at: place.inside(attribute.name))
      case .name, .domain, .overload: break
      }
    }
  }
}
