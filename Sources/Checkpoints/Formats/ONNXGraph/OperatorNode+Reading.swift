// SPDX-License-Identifier: Apache-2.0

extension OperatorNode {
  /// What of a node is run. Its tensors and graphs are not: a node that has any is refused.
  ///
  /// - Throws: `.unsupported` for operators of other libraries, and for attributes of types that no operator of a plain
  ///   network has; `.corrupt` for an attribute that is not of the type that it says.
  init(_ node: ONNXNode, _ window: ProtobufWindow) throws(CheckpointError) {
    self.init(node.operation.name, [], [])
    do throws(CheckpointError) {
      guard ONNXOperators.isStandard(node.operation.domain) else {
        throw CheckpointError(.unsupported, "its operator \(node.operation.text) is none of ONNX's own")
      }
      var cursor = ProtobufCursor<ONNXNode.Field>(window, node.range)
      while let field = try cursor.next() {
        switch field.name {
        case .input: inputs.append(try field.text())
        case .output: outputs.append(try field.text())
        case .attribute:
          let attribute = try ONNXAttribute(window, field.bytes())
          guard self[attribute.name] == nil else {
            throw CheckpointError(
              .corrupt, "it has the attribute `\(attribute.name)` twice", at: .init(byte: field.byte))
          }
          attributes.append((attribute.name, try Attribute(attribute, window)))
        case .name, .op_type, .domain: break
        }
      }
    } catch { throw error.at(byte: node.range.lowerBound, key: ValuePath.escape(node.label)) }
  }
}

extension OperatorNode.Attribute {
  /// One list is no longer.
  private static let most = 1 << 16

  init(_ attribute: ONNXAttribute, _ window: ProtobufWindow) throws(CheckpointError) {
    var kind: Int64 = 0
    var found: Set<ONNXAttribute.Field> = []
    var float: Float = 0
    var int: Int64 = 0
    var text: Text = ""
    var floats = ProtobufNumbers(.fixed32)
    var ints = ProtobufNumbers(.varint)
    var cursor = ProtobufCursor<ONNXAttribute.Field>(window, attribute.range)
    while let field = try cursor.next() {
      switch field.name {
      case .name: continue
      case .type:
        kind = try field.integer()
        continue
      case .f: float = Float(bitPattern: try field.float())
      case .i: int = try field.integer()
      case .s: text = try field.text()
      case .floats: try floats.add(field)
      case .ints: try ints.add(field)
      case .t, .g, .strings, .tensors, .graphs, .sparse_tensor, .sparse_tensors, .ref_attr_name: break
      }
      found.insert(field.name)
    }
    let allowed: ONNXAttribute.Field
    switch Kind(rawValue: kind) {
    case .float: (self, allowed) = (.float(float), .f)
    case .int: (self, allowed) = (.int(int), .i)
    case .string: (self, allowed) = (.string(text), .s)
    case .floats:
      let values = try floats.integers(window, atMost: Self.most)
      (self, allowed) = (.floats(values.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }), .floats)
    case .ints: (self, allowed) = (.ints(try ints.integers(window, atMost: Self.most)), .ints)
    case nil:
      throw CheckpointError(
        .unsupported,
        "its attribute `\(attribute.name)` is of the type \(kind), and numbers and texts alone are run",
        at: .init(byte: attribute.byte))
    }
    // A number that is zero, and a list that is empty, may be left out.
    guard found.isSubset(of: [allowed]) else {
      throw CheckpointError(
        .corrupt, "its attribute `\(attribute.name)` has other values than its type says",
        at: .init(byte: attribute.byte))
    }
  }
}
