// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Decompresses members through libzip. Handles are kept for the next member: opening one reads the directory.
///
/// libzip has no way to jump in compressed data: what lies before the wanted bytes is decompressed and dropped. So the
/// member that was read last stays open where reading ended, and a small one of which parts are wanted is kept whole:
/// a hundred thousand views of one storage, in any order, decompress it once.
final class ZipInflater: Sendable {
  private let file: InputFile
  private let state = Mutex(State())

  /// The largest member that is kept whole when a part of it is wanted.
  private static let largestKept = 32 << 20
  /// Bytes that may be decompressed in vain for one archive, beside four times its largest member.
  private static let mostDropped = 1 << 30

  private struct State {
    var idle: [LibZipArchive] = []
    /// A member that parts were read of, and how far.
    var reading: (index: Int, member: LibZipMember, position: Int)?
    var kept: (index: Int, bytes: [UInt8])?
    var dropped = 0
  }

  private let directory: LibZipCursor.Tail?

  /// - Parameter directory: what libzip is to read in place of the file's own.
  init(_ file: InputFile, directory: LibZipCursor.Tail? = nil) {
    self.file = file
    self.directory = directory
  }

  private func archive() throws(CheckpointError) -> LibZipArchive {
    try LibZipArchive(file, directory: directory)
  }

  private static func open(
    _ entry: ZipEntry, in archive: LibZipArchive
  ) throws(CheckpointError) -> LibZipMember {
    try archive.open(entry.index, size: entry.size, packed: entry.compressedSize, method: Int(entry.method))
  }

  func forEachChunk(
    of entry: ZipEntry, in wanted: Range<Int>, chunkSize: Int,
    _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    if wanted == 0..<entry.size { return try whole(entry, chunkSize, body) }
    if wanted.isEmpty { return }
    guard entry.size > Self.largestKept else { return try kept(entry, wanted, chunkSize, body) }
    // Taken out while it is read: two threads at once take two.
    let earlier = state.withLock { state in
      defer { state.reading = nil }
      return state.reading
    }
    var reading: (index: Int, member: LibZipMember, position: Int)
    if let earlier, earlier.index == entry.index, earlier.position <= wanted.lowerBound {
      reading = earlier
    } else {
      reading = (entry.index, try Self.open(entry, in: archive()), 0)
    }
    try drop(wanted.lowerBound - reading.position, of: entry)
    try Self.stream(reading.member, entry, from: reading.position, wanted, chunkSize, body)
    reading.position = wanted.upperBound
    let kept = reading
    state.withLock { $0.reading = kept }
  }

  private func whole(
    _ entry: ZipEntry, _ chunkSize: Int, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    // A handle serves one thread at a time; two members at once take two.
    let archive: LibZipArchive
    if let kept = state.withLock({ $0.idle.popLast() }) {
      archive = kept
    } else {
      archive = try self.archive()
    }
    try Self.stream(Self.open(entry, in: archive), entry, from: 0, 0..<entry.size, chunkSize, body)
    state.withLock { $0.idle.append(archive) }
  }

  private func kept(
    _ entry: ZipEntry, _ wanted: Range<Int>, _ chunkSize: Int,
    _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var bytes: [UInt8]
    if let kept = state.withLock({ $0.kept }), kept.index == entry.index {
      bytes = kept.bytes
    } else {
      // The old ones go before the new ones come.
      state.withLock { $0.kept = nil }
      bytes = []
      bytes.reserveCapacity(entry.size)
      try whole(entry, ZipDirectory.chunkSize) { chunk in
        unsafe chunk.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
      }
      let made = bytes
      state.withLock { $0.kept = (entry.index, made) }
    }
    var start = wanted.lowerBound
    while start < wanted.upperBound {
      let end = min(start + chunkSize, wanted.upperBound)
      try unsafe body(bytes.span.extracting(start..<end).bytes)
      start = end
    }
  }

  /// - Throws: `.limit` where views lie so that the same bytes are decompressed again and again.
  private func drop(_ count: Int, of entry: ZipEntry) throws(CheckpointError) {
    let dropped = state.withLock { state in
      state.dropped += count
      return state.dropped
    }
    guard dropped > Self.mostDropped + 4 * entry.size, !StructureLimits.current.trustsSizes else { return }
    throw CheckpointError(
      .limit, "its tensors are views of compressed bytes in an order that takes them apart again and again",
      at: .init(member: entry.name), hint: "unpack the archive and pack it again with `zip -0`")
  }

  private static func stream(
    _ member: LibZipMember, _ entry: ZipEntry, from start: Int, _ wanted: Range<Int>, _ chunkSize: Int,
    _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var buffer = [UInt8](repeating: 0, count: min(entry.size, chunkSize))
    var position = start
    while position < wanted.upperBound {
      let count = try member.read(into: &buffer, atMost: min(chunkSize, wanted.upperBound - position))
      guard count > 0 else {
        throw CheckpointError(
          .corrupt, "it ends after \(position) bytes; the archive says \(entry.size)")
      }
      let from = max(0, wanted.lowerBound - position)
      if from < count { try unsafe body(buffer.span.extracting(from..<count).bytes) }
      position += count
    }
    // The end must be the end: this read also makes libzip compare the CRC.
    var extra: [UInt8] = [0]
    if wanted.upperBound == entry.size, try member.read(into: &extra, atMost: 1) > 0 {
      throw CheckpointError(.corrupt, "it goes on after the \(entry.size) bytes that the archive says")
    }
  }
}
