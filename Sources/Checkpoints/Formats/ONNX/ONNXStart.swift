// SPDX-License-Identifier: Apache-2.0

/// How a model begins. protobuf has no magic, and other messages begin with a small number too: a model is told by
/// fields of `ModelProto` alone, up to one that nothing else has in its place.
///
/// Fields are expected in the order of their numbers, in which all writers of ONNX put them: the version of the form, who
/// wrote it, then the graph; or the graph at once.
struct ONNXStart {
  private let bytes: [UInt8]
  private var position = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  static func begins(_ start: [UInt8]) -> Bool {
    guard start.first == 0x08 || start.first == 0x3A else { return false }
    var reader = ONNXStart(start)
    return reader.isModel()
  }

  static func begins(_ file: InputFile) throws(CheckpointError) -> Bool {
    begins(try file.read(0..<min(512, file.size)))
  }

  private mutating func isModel() -> Bool {
    var isSure = false
    var hasVersion = false
    while position < bytes.count {
      switch ONNXModel.Field(rawValue: Int(bytes[position] >> 3)) {
      case .ir_version where takeTag(0x08) && !hasVersion:
        // The newest version is 14.
        guard let version = takeNumber(), (1...0x7F).contains(version) else { return false }
        hasVersion = true
      case .producer_name where takeTag(0x12), .producer_version where takeTag(0x1A),
        .domain where takeTag(0x22):
        guard takeText(atMost: 256) else { return false }
        isSure = true
      case .model_version where takeTag(0x28):
        guard takeNumber() != nil else { return false }
      case .doc_string where takeTag(0x32):
        // It may be longer than what is seen of the file.
        guard let length = takeNumber() else { return false }
        if length > bytes.count - position { return isSure && hasVersion }
        position += length
      case .graph where takeTag(0x3A):
        guard let length = takeNumber() else { return false }
        if length > 0 { return beginsGraph() }
        isSure = hasVersion
      case .opset_import where hasVersion && takeTag(0x42):
        guard let length = takeNumber(), length <= bytes.count - position else { return false }
        position += length
      case .metadata_props where hasVersion && takeTag(0x72): return isSure
      default: return false
      }
    }
    return isSure && hasVersion
  }

  /// A graph that is not empty: a node, its name, an initialiser, an input or an output.
  private mutating func beginsGraph() -> Bool {
    if takeTag(0x12) { return takeText(atMost: 256) }
    let isNode = bytes.dropFirst(position).first == 0x0A
    let isInitializer = bytes.dropFirst(position).first == 0x2A
    guard isNode || isInitializer || [0x5A, 0x62].contains(bytes.dropFirst(position).first) else {
      return false
    }
    position += 1
    guard let length = takeNumber(), length > 1, position < bytes.count else { return false }
    if isInitializer { return [0x08, 0x0A, 0x10, 0x42].contains(bytes[position]) }
    // An input or output of a node; its name; its operator; the name of what goes in or out.
    let tags: [UInt8] = isNode ? [0x0A, 0x12, 0x1A, 0x22] : [0x0A]
    guard let tag = tags.first(where: { $0 == bytes[position] }), takeTag(tag) else { return false }
    return takeText(atMost: 1 << 12)
  }

  private mutating func takeTag(_ tag: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == tag else { return false }
    position += 1
    return true
  }

  /// A number below 2 to the 35th, which is larger than any message.
  private mutating func takeNumber() -> Int? {
    var value = 0
    for index in 0..<5 where position < bytes.count {
      let byte = bytes[position]
      position += 1
      value |= Int(byte & 0x7F) << (7 * index)
      if byte < 0x80 { return value }
    }
    return nil
  }

  /// Text without control characters, as far as it is seen.
  private mutating func takeText(atMost most: Int) -> Bool {
    guard let length = takeNumber(), length <= most else { return false }
    let text = bytes.dropFirst(position).prefix(length)
    position += text.count
    return text.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }
}
