// SPDX-License-Identifier: Apache-2.0

/// `ValueInfoProto`: an input or output, and its type in words: `float32[batch, 80, 200]`.
struct ONNXValueInfo {
  enum Field: Int, ProtobufFields {
    static let message = "ValueInfoProto"
    case name = 1
    case type = 2
    var isRepeated: Bool { false }
  }

  private(set) var name: Text = ""
  private(set) var type: Text = "any"
  /// Where it is a dense tensor.
  private(set) var tensor: ONNXTensorType?
  /// Where its message begins.
  let byte: Int

  init(_ window: ProtobufWindow, _ range: Range<Int>) throws(CheckpointError) {
    byte = range.lowerBound
    var cursor = ProtobufCursor<Field>(window, range)
    while let field = try cursor.next() {
      switch field.name {
      case .name: name = try field.text()
      case .type:
        type = try ONNXType.words(window, field.bytes())
        tensor = try ONNXType.tensor(window, field.bytes())
      }
    }
  }
}

/// `TypeProto` in words.
enum ONNXType {
  enum Field: Int, ProtobufFields {
    static let message = "TypeProto"
    case tensor_type = 1
    case sequence_type = 4
    case map_type, denotation, opaque_type, sparse_tensor_type, optional_type
    var isRepeated: Bool { false }
  }

  /// `TypeProto.Tensor`, and the others, whose fields have the same numbers: the type of the elements, or of the keys, and
  /// the shape, or the type of the values.
  enum PartField: Int, ProtobufFields {
    static let message = "TypeProto.Tensor"
    case elem_type = 1
    case shape = 2
    var isRepeated: Bool { false }
  }

  enum ShapeField: Int, ProtobufFields {
    static let message = "TensorShapeProto"
    case dim = 1
    var isRepeated: Bool { true }
  }

  enum DimensionField: Int, ProtobufFields {
    static let message = "TensorShapeProto.Dimension"
    case dim_value = 1
    case dim_param = 2
    var isRepeated: Bool { false }
  }

  /// Types within types go no deeper.
  private static let deepest = 8

  static func words(
    _ window: ProtobufWindow, _ range: Range<Int>, depth: Int = 0
  ) throws(CheckpointError) -> Text {
    guard depth < deepest else {
      throw CheckpointError(
        .limit, "types lie more than \(deepest) deep within each other", at: .init(byte: range.lowerBound))
    }
    var words: Text = "any"
    var cursor = ProtobufCursor<Field>(window, range)
    while let field = try cursor.next() {
      switch field.name {
      case .tensor_type: words = try ONNXTensorType(window, field.bytes()).words
      case .sparse_tensor_type: words = "sparse " + (try ONNXTensorType(window, field.bytes()).words)
      case .sequence_type: words = "sequence of " + (try inner(window, field.bytes(), depth))
      case .optional_type: words = "optional " + (try inner(window, field.bytes(), depth))
      case .map_type: words = "map to " + (try inner(window, field.bytes(), depth))
      case .opaque_type: words = "opaque"
      case .denotation: break
      }
    }
    return words
  }

  /// What a sequence, an option or a map holds: its last field that is a message.
  private static func inner(
    _ window: ProtobufWindow, _ range: Range<Int>, _ depth: Int
  ) throws(CheckpointError) -> Text {
    var words: Text = "any"
    var cursor = ProtobufCursor<PartField>(window, range)
    while let field = try cursor.next() {
      guard field.wire == .delimited else { continue }
      words = try Self.words(window, field.bytes(), depth: depth + 1)
    }
    return words
  }

  /// Nil where it is none that is dense.
  static func tensor(
    _ window: ProtobufWindow, _ range: Range<Int>
  ) throws(CheckpointError) -> ONNXTensorType? {
    var cursor = ProtobufCursor<Field>(window, range)
    while let field = try cursor.next() {
      if field.name == .tensor_type { return try ONNXTensorType(window, field.bytes()) }
    }
    return nil
  }
}

/// `TypeProto.Tensor`: type of the elements and shape, each as far as it is stated.
struct ONNXTensorType {
  enum Dimension {
    case size(Int64)
    case named(Text)
    case unknown
  }

  private(set) var element: Int64?
  private(set) var dimensions: [Dimension]?

  init(_ window: ProtobufWindow, _ range: Range<Int>) throws(CheckpointError) {
    var cursor = ProtobufCursor<ONNXType.PartField>(window, range)
    while let field = try cursor.next() {
      switch field.name {
      case .elem_type: element = try field.integer()
      case .shape: dimensions = try Self.dimensions(window, field.bytes())
      }
    }
  }

  private static func dimensions(
    _ window: ProtobufWindow, _ range: Range<Int>
  ) throws(CheckpointError) -> [Dimension] {
    var sizes: [Dimension] = []
    var cursor = ProtobufCursor<ONNXType.ShapeField>(window, range)
    while let field = try cursor.next() {
      var size = Dimension.unknown
      var inner = ProtobufCursor<ONNXType.DimensionField>(window, try field.bytes())
      while let part = try inner.next() {
        switch part.name {
        case .dim_value: size = .size(try part.integer())
        case .dim_param: size = .named(try part.text())
        }
      }
      sizes.append(size)
      guard sizes.count <= TensorRecord.mostDimensions else {
        throw CheckpointError(
          .limit, "a shape has more than \(TensorRecord.mostDimensions) sizes",
          at: .init(byte: range.lowerBound))
      }
    }
    return sizes
  }

  /// `float32[batch, 80, 200]`.
  var words: Text {
    var words: Text = "any"
    if let element {
      let type = ONNXDataType(rawValue: element)
      words = type.map { Text($0.dtype?.rawValue ?? "\($0)") } ?? "type \(element)"
    }
    guard let dimensions else { return words + "[...]" }
    let sizes: [Text] = dimensions.map { dimension in
      switch dimension {
      case .size(let size): Text(size)
      case .named(let name): name
      case .unknown: "?"
      }
    }
    return words + "[" + sizes.joined(separator: ", ") + "]"
  }
}
