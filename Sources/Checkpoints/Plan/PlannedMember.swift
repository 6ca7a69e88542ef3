// SPDX-License-Identifier: Apache-2.0

/// One member of an archive to be: its name and the origin of every byte.
struct PlannedMember: Sendable {
  /// A run of the member's bytes.
  struct Piece: Sendable {
    var source: ByteSource
    /// Of the source.
    var range: Range<Int>
    /// In the member. Bytes between pieces are zero.
    var start: Int
  }

  var name: String
  var byteCount: Int
  var pieces: [Piece]

  init(name: String, bytes: [UInt8]) {
    self.name = name
    byteCount = bytes.count
    pieces = [Piece(source: .memory(bytes), range: 0..<bytes.count, start: 0)]
  }

  init(name: String, _ output: StorageLayout.Output, _ storage: Storage) {
    self.name = name
    byteCount = output.byteCount
    pieces = zip(output.ranges, output.starts).map { Piece(source: storage.bytes, range: $0, start: $1) }
  }

  /// The CRC-32 where it is known without reading: the member is a whole range that an archive states one for.
  var knownCRC32: UInt32? {
    guard pieces.count == 1, let piece = pieces.first, piece.range.count == byteCount,
      case .file(_, let whole, let crc32) = piece.source, whole.count == byteCount
    else { return byteCount == 0 ? 0 : nil }
    return crc32
  }

  /// Writes the member at `offset` of `file` and gives its CRC-32.
  func write(to file: borrowing OutputFile, at offset: Int) throws(CheckpointError) -> UInt32 {
    if let crc32 = knownCRC32 {
      for piece in pieces {
        guard case .file(let input, let whole, _) = piece.source else { continue }
        let start = whole.lowerBound + piece.range.lowerBound
        try file.copy(input, start..<start + piece.range.count, to: offset + piece.start)
      }
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
      }
    }
    fill(to: byteCount)
    return crc32.value
  }
}
