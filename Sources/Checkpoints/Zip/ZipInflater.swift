// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Decompresses members through libzip. Handles are kept for the next member: opening one reads the directory.
final class ZipInflater: Sendable {
  private let file: InputFile
  private let idle = Mutex<[LibZipArchive]>([])

  init(_ file: InputFile) { self.file = file }

  func forEachChunk(
    of entry: ZipEntry, in wanted: Range<Int>, chunkSize: Int,
    _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    // A handle serves one thread at a time; two members at once take two.
    let archive: LibZipArchive
    if let kept = idle.withLock({ $0.popLast() }) {
      archive = kept
    } else {
      archive = try LibZipArchive(file)
    }
    try Self.stream(archive.open(entry), entry, wanted, chunkSize, body)
    idle.withLock { $0.append(archive) }
  }

  /// libzip has no way to jump in compressed data: what lies before `wanted` is decompressed and dropped.
  private static func stream(
    _ member: LibZipMember, _ entry: ZipEntry, _ wanted: Range<Int>, _ chunkSize: Int,
    _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var buffer = [UInt8](repeating: 0, count: min(entry.size, chunkSize))
    var position = 0
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
