// SPDX-License-Identifier: Apache-2.0

/// Reading the bytes of one member: what is stored straight from the file, the rest through libzip.
extension ZipDirectory {
  /// The largest piece that a chunked read hands out.
  package static let chunkSize = 1 << 20

  /// The whole member, its CRC checked: for structure, which is held against its packed size.
  ///
  /// - Parameter limit: a larger member is refused before anything is allocated.
  /// - Throws: `.limit` also where it unpacks to more than `StructureLimits` allow.
  package func read(_ entry: ZipEntry, limit: Int = 1 << 30) throws(CheckpointError) -> [UInt8] {
    guard entry.size <= limit else {
      throw CheckpointError(
        .limit, "it has \(entry.size) bytes; at most \(limit) are read here",
        at: .init(file: file.path, member: entry.name))
    }
    if entry.isStored {
      do throws(CheckpointError) {
        let bytes = try file.read(entry.dataRange)
        try Self.check(CRC32.of(bytes), of: entry)
        return bytes
      } catch { throw error.at(file: file.path, member: entry.name) }
    }
    do throws(CheckpointError) {
      try StructureLimits.current.check(entry.size, packed: entry.compressedSize)
    } catch { throw error.at(file: file.path, member: entry.name) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(entry.size)
    try forEachChunk(of: entry) { chunk in
      unsafe chunk.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  /// Hands out the member's bytes in order, in pieces of at most `chunkSize`.
  ///
  /// - Parameter range: the part of the (decompressed) bytes that is wanted; the whole when nil. The CRC is
  ///   checked at the end of a whole read alone.
  package func forEachChunk(
    of entry: ZipEntry, in range: Range<Int>? = nil, chunkSize: Int = ZipDirectory.chunkSize,
    _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    let wanted = range ?? 0..<entry.size
    do throws(CheckpointError) {
      guard wanted.lowerBound >= 0, wanted.upperBound <= entry.size else {
        throw CheckpointError(
          .corrupt, "bytes \(wanted.lowerBound) to \(wanted.upperBound) are wanted, but it has \(entry.size)")
      }
      var crc = CRC32()
      let checking = wanted == 0..<entry.size && entry.crc32 != nil
      let visit = { (chunk: RawSpan) throws(CheckpointError) in
        if checking { crc.update(chunk) }
        try body(chunk)
      }
      if entry.isStored {
        try forEachStoredChunk(entry.dataRange.lowerBound + wanted.lowerBound, wanted.count, chunkSize, visit)
      } else {
        try inflater.forEachChunk(of: entry, in: wanted, chunkSize: chunkSize, visit)
      }
      if checking { try Self.check(crc.value, of: entry) }
    } catch { throw error.at(file: file.path, member: entry.name) }
  }

  private func forEachStoredChunk(
    _ start: Int, _ count: Int, _ chunkSize: Int, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var buffer = [UInt8](repeating: 0, count: min(count, chunkSize))
    var done = 0
    while done < count {
      let piece = min(chunkSize, count - done)
      try file.read(at: start + done, into: &buffer, count: piece)
      try unsafe body(buffer.span.extracting(first: piece).bytes)
      done += piece
    }
  }

  private static func check(_ crc: UInt32, of entry: ZipEntry) throws(CheckpointError) {
    guard let stated = entry.crc32, stated != crc else { return }
    throw CheckpointError(
      .corrupt,
      "its CRC-32 is \(String(crc, radix: 16)), but the archive says \(String(stated, radix: 16)): bytes were changed",
      at: .init(byte: entry.dataRange.lowerBound), hint: "download or copy the file again")
  }
}
