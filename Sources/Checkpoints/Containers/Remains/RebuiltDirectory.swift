// SPDX-License-Identifier: Apache-2.0

/// A central directory for members that are still there, as any reader of zip archives takes one: so that libzip can
/// decode them.
enum RebuiltDirectory {
  private static let limit = 0xFFFF_FFFF

  /// - Parameter end: where the records are to stand.
  static func records(_ entries: [ZipEntry], at end: Int) -> [UInt8] {
    var bytes = LittleEndianBytes()
    for entry in entries { add(entry, to: &bytes) }
    let size = bytes.bytes.count
    // The zip64 record, its locator, the classic record.
    bytes.add(EndOfCentralDirectory.zip64Signature)
    bytes.add(UInt64(44))
    bytes.add(UInt16(45))
    bytes.add(UInt16(45))
    bytes.add(UInt64(0))
    bytes.add(UInt64(entries.count))
    bytes.add(UInt64(entries.count))
    bytes.add(UInt64(size))
    bytes.add(UInt64(end))
    bytes.add(EndOfCentralDirectory.locatorSignature)
    bytes.add(UInt32(0))
    bytes.add(UInt64(end + size))
    bytes.add(UInt32(1))
    bytes.add(EndOfCentralDirectory.signature)
    bytes.add(UInt32(0))
    bytes.add(UInt16(min(entries.count, 0xFFFF)))
    bytes.add(UInt16(min(entries.count, 0xFFFF)))
    bytes.add(UInt32(min(size, limit)))
    bytes.add(UInt32(min(end, limit)))
    bytes.add(UInt16(0))
    return bytes.bytes
  }

  private static func add(_ entry: ZipEntry, to bytes: inout LittleEndianBytes) {
    let wide = [entry.size, entry.compressedSize, entry.headerOffset].filter { $0 >= limit }
    bytes.add(CentralHeader.signature)
    bytes.add(UInt16(45))
    bytes.add(UInt16(45))
    bytes.add(entry.flags)
    bytes.add(entry.method)
    bytes.add(UInt32(0))
    bytes.add(entry.crc32 ?? 0)
    bytes.add(UInt32(min(entry.compressedSize, limit)))
    bytes.add(UInt32(min(entry.size, limit)))
    bytes.add(UInt16(entry.name.count))
    bytes.add(UInt16(wide.isEmpty ? 0 : 4 + 8 * wide.count))
    // No comment, the first disk, no attributes.
    bytes.add(UInt64(0))
    bytes.add(UInt16(0))
    bytes.add(UInt32(min(entry.headerOffset, limit)))
    bytes.add(entry.name)
    guard !wide.isEmpty else { return }
    bytes.add(ZipExtra.zip64)
    bytes.add(UInt16(8 * wide.count))
    for value in wide { bytes.add(UInt64(value)) }
  }
}
