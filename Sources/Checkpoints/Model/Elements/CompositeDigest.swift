// SPDX-License-Identifier: Apache-2.0

/// A piece of the bytes that stand for a composite tensor.
enum CompositePiece {
  case line([UInt8])
  /// The elements of a part, row-major and little-endian.
  case elements(TensorRecord, part: Text)

  var byteCount: Int {
    switch self {
    case .line(let bytes): bytes.count
    case .elements(let tensor, _): tensor.byteCount
    }
  }

  /// Hands out the bytes in order; errors name the part.
  func forEachChunk(
    in document: Document, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    switch self {
    case .line(let bytes): unsafe try body(bytes.span.bytes)
    case .elements(let tensor, let part):
      do throws(CheckpointError) { try TensorReader(document, tensor).forEachChunk(body) } catch {
        throw CheckpointError(error.code, "\(part): \(error.reason)", at: error.location, hint: error.hint)
      }
    }
  }
}

extension Document {
  /// The bytes that stand for a composite tensor: equal for equal parts, whatever their strides and storages.
  ///
  /// One after the other: the line `<layout> <dtype> <shape>`; then for each part in order the line
  /// `<name> <dtype> <shape>` and the elements, row-major and little-endian, or for a plain value the line
  /// `<name> <value>`. Shapes are `2x3`, or `scalar`; integers stand in decimal, floats as the 16 hexadecimal
  /// digits of their IEEE 754 bits, `True`, `False` and `None` by name, text and globals (`torch.per_tensor_affine`)
  /// as they are, anything else as its type. Lines end with a line feed.
  func pieces(of composite: CompositeTensor) -> [CompositePiece] {
    let dtype = composite.dtype?.rawValue ?? "unknown"
    var pieces: [CompositePiece] = [
      .line(Array("\(composite.layout.rawValue) \(dtype) \(TensorRecord.text(of: composite.shape))\n".utf8))
    ]
    for part in parts(of: composite) {
      if case .tensor(let tensor) = self[part.node] {
        pieces.append(.line(Array("\(part.name) \(tensor.dtype) \(tensor.shapeText)\n".utf8)))
        pieces.append(.elements(tensor, part: part.name))
      } else {
        let line: Text = "\(part.name) \(text(of: part.node))\n"
        pieces.append(.line(line.bytes))
      }
    }
    return pieces
  }

  /// SHA-256 over a composite tensor's `pieces(of:)`.
  package func digest(
    of composite: CompositeTensor, onBytes: (Int) -> Void = { _ in }
  ) throws(CheckpointError) -> [UInt8] {
    try digests(of: composite, ofParts: false, onBytes: onBytes).whole
  }

  /// The same, and with `ofParts` the SHA-256 over the elements of each part that is a tensor, in the order of the
  /// parts: every byte is read once.
  func digests(
    of composite: CompositeTensor, ofParts: Bool = true, onBytes: (Int) -> Void = { _ in }
  ) throws(CheckpointError) -> (whole: [UInt8], parts: [[UInt8]]) {
    var parts: [[UInt8]] = []
    var digest = SHA256()
    for piece in pieces(of: composite) {
      guard case .elements = piece else {
        try piece.forEachChunk(in: self) { chunk throws(CheckpointError) in digest.update(chunk) }
        continue
      }
      var own = SHA256()
      try piece.forEachChunk(in: self) { chunk throws(CheckpointError) in
        digest.update(chunk)
        if ofParts { own.update(chunk) }
        onBytes(chunk.byteCount)
      }
      if ofParts { parts.append(own.finalize()) }
    }
    return (digest.finalize(), parts)
  }

  private func text(of id: NodeID) -> Text {
    switch self[id] {
    case .none: return "None"
    case .bool(let value): return value ? "True" : "False"
    case .int(let value): return Text(value)
    case .float(let value):
      let digits = String(value.bitPattern, radix: 16)
      return Text(String(repeating: "0", count: 16 - digits.count) + digits)
    case .string(let text): return text
    case .global(let name): return name.text
    default: return Text(typeName(id))
    }
  }
}
