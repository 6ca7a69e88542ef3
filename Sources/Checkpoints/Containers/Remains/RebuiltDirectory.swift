// SPDX-License-Identifier: Apache-2.0

/// A central directory for members that are still there, as any reader of zip archives takes one: so that libzip can
/// decode them.
enum RebuiltDirectory {
  /// - Parameter end: where the records are to stand.
  static func records(_ entries: [ZipEntry], at end: Int) -> [UInt8] {
    var bytes = LittleEndianBytes()
    for entry in entries { add(entry, to: &bytes) }
    ArchiveLayout.addEnd(of: entries.count, from: end, to: &bytes)
    return bytes.bytes
  }

  private static func add(_ entry: ZipEntry, to bytes: inout LittleEndianBytes) {
    let zip64 = ArchiveLayout.zip64(
      [entry.size, entry.compressedSize, entry.headerOffset].filter { $0 >= ArchiveLayout.limit })
    bytes.add(CentralHeader.signature)
    bytes.add(UInt16(45))
    bytes.add(UInt16(45))
    bytes.add(entry.flags)
    bytes.add(entry.method)
    bytes.add(UInt32(0))
    bytes.add(entry.crc32 ?? 0)
    bytes.add(ArchiveLayout.clipped(entry.compressedSize))
    bytes.add(ArchiveLayout.clipped(entry.size))
    bytes.add(UInt16(entry.name.count))
    bytes.add(UInt16(zip64.count))
    // No comment, the first disk, no attributes.
    bytes.add(UInt64(0))
    bytes.add(UInt16(0))
    bytes.add(ArchiveLayout.clipped(entry.headerOffset))
    bytes.add(entry.name)
    bytes.bytes += zip64
  }
}
