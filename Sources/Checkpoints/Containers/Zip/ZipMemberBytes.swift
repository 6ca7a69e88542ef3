// SPDX-License-Identifier: Apache-2.0

/// The bytes of a member that is not stored: libzip decodes them on the way.
struct ZipMemberBytes: ComputedBytes {
  let directory: ZipDirectory
  let entry: ZipEntry

  var byteCount: Int { entry.size }
  var sources: [ByteSource] { [.file(directory.file, entry.dataRange, crc32: nil)] }
  var startsOver: Bool { true }

  func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try directory.forEachChunk(of: entry, in: range, body)
  }
}

extension ZipDirectory {
  /// A member's bytes, of which none is read now: those of the file where it is stored, else as libzip decodes them.
  package func bytes(of entry: ZipEntry) -> ByteSource {
    entry.isStored
      ? .file(file, entry.dataRange, crc32: entry.crc32)
      : .computed(ZipMemberBytes(directory: self, entry: entry))
  }
}
