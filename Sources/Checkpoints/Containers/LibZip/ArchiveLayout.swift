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

  /// What 32 bits hold where a number lies in the zip64 field instead.
  static let limit = 0xFFFF_FFFF
  /// 1 January 1980, the first day that DOS time can name: no output depends on the clock.
  private static let date: UInt16 = 0x0021

  /// The extra field of the numbers that 32 bits do not do for; empty where they do for all.
  static func zip64(_ values: [Int]) -> [UInt8] {
    if values.isEmpty { return [] }
    var bytes = LittleEndianBytes()
    bytes.add(UInt16(1))
    bytes.add(UInt16(8 * values.count))
    for value in values { bytes.add(UInt64(value)) }
    return bytes.bytes
  }

  private static func localZip64(_ size: Int) -> [UInt8] { zip64(size >= limit ? [size, size] : []) }

  static func clipped(_ value: Int) -> UInt32 { UInt32(min(value, limit)) }

  /// The version that a reader needs.
  private static func version(_ zip64: [UInt8]) -> UInt16 { zip64.isEmpty ? 20 : 45 }

  /// What the local header and the entry in the directory have in common: stored, its name in UTF-8.
  private static func add(
    _ member: Member, _ crc32: UInt32, _ zip64: [UInt8], extra: Int, to bytes: inout LittleEndianBytes
  ) {
    let (utf8Names, stored, time) = (UInt16(0x0800), UInt16(0), UInt16(0))
    bytes.add(version(zip64))
    bytes.add(utf8Names)
    bytes.add(stored)
    bytes.add(time)
    bytes.add(date)
    bytes.add(crc32)
    bytes.add(clipped(member.size))
    bytes.add(clipped(member.size))
    bytes.add(UInt16(member.name.count))
    bytes.add(UInt16(extra))
  }

  /// The local header of a member, with its name and padding: everything from `headerOffset` to `dataOffset`.
  func localHeader(_ member: Member, crc32: UInt32) -> [UInt8] {
    let zip64 = Self.localZip64(member.size)
    let fixed = 30 + member.name.count + zip64.count + 4
    let padding = member.dataOffset - member.headerOffset - fixed
    var bytes = LittleEndianBytes()
    bytes.add(UInt32(0x0403_4B50))
    Self.add(member, crc32, zip64, extra: zip64.count + 4 + padding, to: &bytes)
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
    Self.addEnd(of: members.count, from: directoryOffset, to: &bytes)
    return bytes.bytes
  }

  /// What ends a directory of `count` entries, all of which `bytes` holds and which lies at `start`: the zip64 end record,
  /// its locator, the classic end record.
  static func addEnd(of count: Int, from start: Int, to bytes: inout LittleEndianBytes) {
    let size = bytes.bytes.count
    bytes.add(UInt32(0x0606_4B50))
    bytes.add(UInt64(44))
    bytes.add(UInt16(45))
    bytes.add(UInt16(45))
    bytes.add(UInt32(0))
    bytes.add(UInt32(0))
    bytes.add(UInt64(count))
    bytes.add(UInt64(count))
    bytes.add(UInt64(size))
    bytes.add(UInt64(start))
    bytes.add(UInt32(0x0706_4B50))
    bytes.add(UInt32(0))
    bytes.add(UInt64(start + size))
    bytes.add(UInt32(1))
    bytes.add(UInt32(0x0605_4B50))
    bytes.add(UInt16(0))
    bytes.add(UInt16(0))
    bytes.add(UInt16(min(count, 0xFFFF)))
    bytes.add(UInt16(min(count, 0xFFFF)))
    bytes.add(clipped(size))
    bytes.add(clipped(start))
    bytes.add(UInt16(0))
  }

  private func add(_ member: Member, _ crc32: UInt32, to bytes: inout LittleEndianBytes) {
    let isFar = member.headerOffset >= Self.limit
    let zip64 = Self.zip64(
      (member.size >= Self.limit ? [member.size, member.size] : []) + (isFar ? [member.headerOffset] : []))
    bytes.add(UInt32(0x0201_4B50))
    bytes.add(Self.version(zip64))
    Self.add(member, crc32, zip64, extra: zip64.count, to: &bytes)
    // No comment, the first disk, no attributes inside and outside.
    bytes.add(UInt16(0))
    bytes.add(UInt16(0))
    bytes.add(UInt16(0))
    bytes.add(UInt32(0))
    bytes.add(Self.clipped(member.headerOffset))
    bytes.add(member.name)
    bytes.bytes += zip64
  }
}
