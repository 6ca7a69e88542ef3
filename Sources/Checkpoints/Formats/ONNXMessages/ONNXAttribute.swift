// SPDX-License-Identifier: Apache-2.0

/// `AttributeProto`: what of an attribute may hold tensors.
struct ONNXAttribute {
  enum Field: Int, ProtobufFields {
    static let message = "AttributeProto"
    case name = 1
    case f, i, s, t, g, floats, ints, strings, tensors, graphs
    case type = 20
    case ref_attr_name, sparse_tensor, sparse_tensors

    var isRepeated: Bool {
      switch self {
      case .floats, .ints, .strings, .tensors, .graphs, .sparse_tensors: true
      case .name, .f, .i, .s, .t, .g, .type, .ref_attr_name, .sparse_tensor: false
      }
    }
  }

  private(set) var name: Text = ""
  let range: Range<Int>
  var byte: Int { range.lowerBound }

  init(_ window: ProtobufWindow, _ range: Range<Int>) throws(CheckpointError) {
    self.range = range
    var cursor = ProtobufCursor<Field>(window, range)
    while let field = try cursor.next() { if field.name == .name { name = try field.text() } }
  }

  /// Whether it is what a node of `Constant` gives.
  var isConstant: Bool {
    [
      "value", "sparse_value", "value_int", "value_ints", "value_float", "value_floats", "value_string",
      "value_strings",
    ]
    .contains(name)
  }
}

extension ONNXModel {
  /// Adds the tensors of an attribute, and those of its graphs.
  mutating func add(_ attribute: ONNXAttribute, at place: ONNXPlace) throws(CheckpointError) {
    var counts: [ONNXAttribute.Field: Int] = [:]
    var cursor = ProtobufCursor<ONNXAttribute.Field>(window, attribute.range)
    while let field = try cursor.next() {
      let index = counts[field.name, default: 0]
      counts[field.name] = index + 1
      let one = field.name.isRepeated ? place.inside(Text(index)) : place
      switch field.name {
      case .t, .tensors: try add(ONNXTensor(window, field.bytes()), at: one)
      case .g, .graphs: try add(graph: field.bytes(), at: one)
      case .sparse_tensor, .sparse_tensors: try add(ONNXSparseTensor(window, field.bytes()), at: one)
      case .name, .f, .i, .s, .floats, .ints, .strings, .type, .ref_attr_name: break
      }
    }
  }

  /// Adds what a node of `Constant` gives, one number as a scalar too.
  mutating func add(_ attribute: ONNXAttribute, asConstant place: ONNXPlace) throws(CheckpointError) {
    var floats = ProtobufNumbers(.fixed32)
    var ints = ProtobufNumbers(.varint)
    var texts: [Range<Int>] = []
    var cursor = ProtobufCursor<ONNXAttribute.Field>(window, attribute.range)
    while let field = try cursor.next() {
      switch field.name {
      case .t: try add(ONNXTensor(window, field.bytes()), at: place)
      case .sparse_tensor: try add(ONNXSparseTensor(window, field.bytes()), at: place)
      case .f, .floats: try floats.add(field)
      case .i, .ints: try ints.add(field)
      case .s, .strings: texts.append(try field.bytes())
      case .g, .graphs, .tensors, .sparse_tensors, .name, .type, .ref_attr_name: break
      }
      guard texts.count <= 1 << 16 else {
        throw CheckpointError(
          .limit, "a constant has more than \(1 << 16) texts", at: .init(byte: field.byte))
      }
    }
    let content: (ONNXDataType, ONNXTensor.Content, Int)? =
      switch attribute.name {
      case "value_float", "value_floats": (.float, .numbers(floats), floats.count.upperBound)
      case "value_int", "value_ints":
        // How many they are, lengths alone do not tell.
        (.int64, .numbers(ints), try ints.integers(window, atMost: Self.mostIntegers).count)
      case "value_string", "value_strings": (.string, .texts(texts), texts.count)
      default: nil
      }
    guard let (type, elements, count) = content else { return }
    let isScalar = !attribute.name.hasSuffix("s")
    guard !isScalar || count == 1 else {
      throw CheckpointError(
        .corrupt, "a constant's \(attribute.name) has no value", at: .init(byte: attribute.byte))
    }
    try add(ONNXTensor(type, isScalar ? [] : [count], elements, byte: attribute.byte), at: place)
  }

  /// Of a constant that is written as a list of integers; longer ones are tensors.
  private static let mostIntegers = 1 << 20
}
