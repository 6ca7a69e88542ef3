// SPDX-License-Identifier: Apache-2.0

/// Where every byte of a zip archive goes, before any is written: stored members, each beginning at a multiple of 64.
///
/// The layout follows PyTorch's: padding in an extra field `FB`, zip64 records where 32 bits do not do, and a zip64
/// end record always. Unlike PyTorch's, local headers carry sizes and CRC, so there are no data descriptors and any
/// zip reader can stream the file. APPNOTE.TXT 4.3 and 4.5 give the records.
struct ArchiveLayout: Sendable {
  struct Member: Sendable {
    var name: Text
    var size: Int
    var headerOffset: Int
    var dataOffset: Int
  }

  /// The multiple at which each member's data begins: what PyTorch's `mmap=True` likes.
  static let alignment = 64

  private(set) var members: [Member] = []
  /// Where the central directory begins.
  private(set) var directoryOffset = 0

  init(_ entries: [(name: Text, size: Int)]) {
    var offset = 0
    for entry in entries {
      let fixed = 30 + entry.name.count + Self.localZip64(entry.size).count + 4
      let padding = (Self.alignment - (offset + fixed) % Self.alignment) % Self.alignment
      let data = offset + fixed + padding
      members.append(Member(name: entry.name, size: entry.size, headerOffset: offset, dataOffset: data))
      offset = data + entry.size
    }
    directoryOffset = offset
  }

  private static let limit = 0xFFFF_FFFF
  /// 1 January 1980, the first day that DOS time can name: no output depends on the clock.
  private static let date: UInt16 = 0x0021

  private static func localZip64(_ size: Int) -> [UInt8] {
    guard size >= limit else { return [] }
    var bytes = LittleEndianBytes()
    bytes.add(UInt16(1))
    bytes.add(UInt16(16))
    bytes.add(UInt64(size))
    bytes.add(UInt64(size))
    return bytes.bytes
  }

  /// The local header of a member, with its name and padding: everything from `headerOffset` to `dataOffset`.
  func localHeader(_ member: Member, crc32: UInt32) -> [UInt8] {
    let zip64 = Self.localZip64(member.size)
    let fixed = 30 + member.name.count + zip64.count + 4
    let padding = member.dataOffset - member.headerOffset - fixed
    let size = UInt32(min(member.size, Self.limit))
    var bytes = LittleEndianBytes()
    bytes.add(UInt32(0x0403_4B50))
    bytes.add(UInt16(zip64.isEmpty ? 20 : 45))
    bytes.add(UInt16(0x0800))
    bytes.add(UInt16(0))
    bytes.add(UInt16(0))
    bytes.add(Self.date)
    bytes.add(crc32)
    bytes.add(size)
    bytes.add(size)
    bytes.add(UInt16(member.name.count))
    bytes.add(UInt16(zip64.count + 4 + padding))
    bytes.add(member.name)
    bytes.bytes += zip64
    bytes.add("FB")
    bytes.add(UInt16(padding))
    bytes.bytes += [UInt8](repeating: UInt8(ascii: "Z"), count: padding)
    return bytes.bytes
  }

  /// The central directory and the end records.
  func directory(crc32s: [UInt32]) -> [UInt8] {
    var bytes = LittleEndianBytes()
    for (member, crc32) in zip(members, crc32s) { add(member, crc32, to: &bytes) }
    let size = bytes.bytes.count
    let end = directoryOffset + size
    // zip64 end record, its locator, the classic end record.
    bytes.add(UInt32(0x0606_4B50))
    bytes.add(UInt64(44))
    bytes.add(UInt16(45))
    bytes.add(UInt16(45))
    bytes.add(UInt32(0))
    bytes.add(UInt32(0))
    bytes.add(UInt64(members.count))
    bytes.add(UInt64(members.count))
    bytes.add(UInt64(size))
    bytes.add(UInt64(directoryOffset))
    bytes.add(UInt32(0x0706_4B50))
    bytes.add(UInt32(0))
    bytes.add(UInt64(end))
    bytes.add(UInt32(1))
    bytes.add(UInt32(0x0605_4B50))
    bytes.add(UInt16(0))
    bytes.add(UInt16(0))
    bytes.add(UInt16(min(members.count, 0xFFFF)))
    bytes.add(UInt16(min(members.count, 0xFFFF)))
    bytes.add(UInt32(min(size, Self.limit)))
    bytes.add(UInt32(min(directoryOffset, Self.limit)))
    bytes.add(UInt16(0))
    return bytes.bytes
  }

  private func add(_ member: Member, _ crc32: UInt32, to bytes: inout LittleEndianBytes) {
    var zip64 = LittleEndianBytes()
    if member.size >= Self.limit {
      zip64.add(UInt64(member.size))
      zip64.add(UInt64(member.size))
    }
    if member.headerOffset >= Self.limit { zip64.add(UInt64(member.headerOffset)) }
    let size = UInt32(min(member.size, Self.limit))
    bytes.add(UInt32(0x0201_4B50))
    bytes.add(UInt16(zip64.bytes.isEmpty ? 20 : 45))
    bytes.add(UInt16(zip64.bytes.isEmpty ? 20 : 45))
    bytes.add(UInt16(0x0800))
    bytes.add(UInt16(0))
    bytes.add(UInt16(0))
    bytes.add(Self.date)
    bytes.add(crc32)
    bytes.add(size)
    bytes.add(size)
    bytes.add(UInt16(member.name.count))
    bytes.add(UInt16(zip64.bytes.isEmpty ? 0 : zip64.bytes.count + 4))
    bytes.add(UInt16(0))
    bytes.add(UInt16(0))
    bytes.add(UInt16(0))
    bytes.add(UInt32(0))
    bytes.add(UInt32(min(member.headerOffset, Self.limit)))
    bytes.add(member.name)
    if !zip64.bytes.isEmpty {
      bytes.add(UInt16(1))
      bytes.add(UInt16(zip64.bytes.count))
      bytes.bytes += zip64.bytes
    }
  }
}
