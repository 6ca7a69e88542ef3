// SPDX-License-Identifier: Apache-2.0

/// A run of bytes to be written, and the origin of each.
struct PlannedBytes: Sendable {
  /// A part that comes from one source.
  struct Piece: Sendable {
    var source: ByteSource
    /// Of the source.
    var range: Range<Int>
    /// In the run. Bytes between pieces are zero.
    var start: Int
  }

  var byteCount: Int
  var pieces: [Piece]

  init(_ bytes: [UInt8]) { self.init(.memory(bytes)) }

  /// The whole of a source.
  init(_ source: ByteSource) {
    byteCount = source.byteCount
    pieces = [Piece(source: source, range: 0..<source.byteCount, start: 0)]
  }

  init(byteCount: Int, pieces: [Piece]) {
    self.byteCount = byteCount
    self.pieces = pieces
  }

  /// Whether the kernel can copy it all, so that nothing is computed or read here.
  var isCopy: Bool {
    pieces.allSatisfy { if case .file = $0.source { true } else { $0.range.isEmpty } }
  }

  /// The CRC-32 where it is known without reading: whole ranges that archives state one for, what is in memory
  /// between them.
  var knownCRC32: UInt32? {
    if byteCount == 0 { return 0 }
    var (value, position, copied): (UInt32, Int, Int) = (0, 0, 0)
    for piece in pieces where !piece.range.isEmpty {
      guard piece.start == position else { return nil }
      let part: UInt32
      switch piece.source {
      case .memory(let bytes): part = CRC32.of(Array(bytes[piece.range]))
      case .file(_, let whole, let crc32?) where piece.range == 0..<whole.count:
        part = crc32
        copied += piece.range.count
      default: return nil
      }
      value = CRC32.joined(value, part, length: piece.range.count)
      position += piece.range.count
    }
    return position == byteCount && copied > 0 ? value : nil
  }

  /// Writes the run at `offset` of `file`, by kernel copies where the bytes come from a file.
  ///
  /// - Parameter onBytes: called with the size of each part that was written.
  func write(
    to file: borrowing OutputFile, at offset: Int, onBytes: (Int) -> Void
  ) throws(CheckpointError) {
    for piece in pieces {
      if case .file(let input, let whole, _) = piece.source {
        let start = whole.lowerBound + piece.range.lowerBound
        try file.copy(input, start..<start + piece.range.count, to: offset + piece.start)
        onBytes(piece.range.count)
        continue
      }
      var position = offset + piece.start
      try piece.source.forEachChunk(of: piece.range) { chunk throws(CheckpointError) in
        try file.write(chunk, at: position)
        position += chunk.byteCount
        onBytes(chunk.byteCount)
      }
    }
  }

  /// Writes the run and gives its CRC-32, for which bytes are read unless it is known.
  func writeWithCRC32(
    to file: borrowing OutputFile, at offset: Int, onBytes: (Int) -> Void
  ) throws(CheckpointError) -> UInt32 {
    if let crc32 = knownCRC32 {
      try write(to: file, at: offset, onBytes: onBytes)
      return crc32
    }
    var crc32 = CRC32()
    var position = 0
    func fill(to end: Int) {
      if end > position { crc32.update([UInt8](repeating: 0, count: end - position)) }
      position = max(position, end)
    }
    for piece in pieces {
      fill(to: piece.start)
      try piece.source.forEachChunk(of: piece.range) { chunk throws(CheckpointError) in
        crc32.update(chunk)
        try file.write(chunk, at: offset + position)
        position += chunk.byteCount
        onBytes(chunk.byteCount)
      }
    }
    fill(to: byteCount)
    return crc32.value
  }
}
