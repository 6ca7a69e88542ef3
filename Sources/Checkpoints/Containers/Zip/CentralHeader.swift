// SPDX-License-Identifier: Apache-2.0

/// One entry of the central directory, checked by itself.
struct CentralHeader {
  static let signature: UInt32 = 0x0201_4B50

  let name: Text
  let nameBytes: ArraySlice<UInt8>
  let flags: UInt16
  let method: UInt16
  let crc: UInt32
  let size: Int
  let compressedSize: Int
  let headerOffset: Int
  /// Unix's kind and permissions; 0 where the writer states none.
  let mode: UInt16
  /// Whether MS-DOS's attributes are those of a folder, whatever the name says.
  let isMarkedFolder: Bool
  /// Where this entry begins in the file.
  let offset: Int

  init(_ reader: inout ByteReader) throws(CheckpointError) {
    offset = reader.offset
    guard try reader.u32() == Self.signature else {
      throw CheckpointError(.corrupt, "a central directory entry should begin here", at: .init(byte: offset))
    }
    try reader.skip(4)  // Versions: torch writes 0, others what they like.
    flags = try reader.u16()
    method = try reader.u16()
    try reader.skip(4)  // Time and date.
    crc = try reader.u32()
    var compressedSize = Int(try reader.u32())
    var size = Int(try reader.u32())
    let nameLength = Int(try reader.u16())
    let extraLength = Int(try reader.u16())
    let commentLength = Int(try reader.u16())
    let disk = try reader.u16()
    try reader.skip(2)  // Whether it is text.
    isMarkedFolder = try reader.u16() & 0x10 != 0
    mode = try reader.u16()
    var headerOffset = Int(try reader.u32())
    nameBytes = try reader.slice(nameLength)
    name = Text(String(decoding: nameBytes, as: UTF8.self))
    let extraOffset = reader.offset
    do throws(CheckpointError) {
      try Self.checkName(nameBytes)
      let extra = try ZipExtra(reader.slice(extraLength), at: extraOffset)
      try extra.widen(
        size: &size, compressedSize: &compressedSize, headerOffset: &headerOffset, at: extraOffset)
      if let other = extra.unicodeName, other != nameBytes {
        throw CheckpointError(
          .corrupt, "its Unicode path field gives it a second name", at: .init(byte: extraOffset))
      }
      try reader.skip(commentLength)
      if disk != 0 {
        throw CheckpointError(
          .unsupported, "it lies on another disk of a multi-disk archive", at: .init(byte: offset))
      }
    } catch { throw error.at(member: name.isEmpty ? nil : name) }
    self.size = size
    self.compressedSize = compressedSize
    self.headerOffset = headerOffset
    do throws(CheckpointError) { try check() } catch { throw error.at(member: name, byte: offset) }
  }

  private static func checkName(_ name: ArraySlice<UInt8>) throws(CheckpointError) {
    if name.isEmpty { throw CheckpointError(.corrupt, "a member has an empty name") }
    if name.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      throw CheckpointError(.corrupt, "the member's name holds control characters")
    }
  }

  private func check() throws(CheckpointError) {
    // WinZip marks its AES encryption with method 99.
    if flags & ZipFlags.encrypted != 0 || method == 99 {
      throw CheckpointError(.unsupported, "it is encrypted", hint: "decrypt the archive first")
    }
    if flags & ZipFlags.patched != 0 {
      throw CheckpointError(.unsupported, "it is compressed patched data (flag bit 5)")
    }
    if method == 0 && compressedSize != size {
      throw CheckpointError(
        .corrupt, "it is stored, but its sizes differ: \(compressedSize) and \(size) bytes")
    }
    // A deflate code is at least two bits long and gives at most 258 bytes.
    if method == 8 && size / 1032 > compressedSize {
      throw CheckpointError(
        .corrupt, "it claims \(size) bytes, more than deflate can make of \(compressedSize)")
    }
    if nameBytes.last == UInt8(ascii: "/") && size != 0 {
      throw CheckpointError(.corrupt, "it is named like a folder but holds \(size) bytes")
    }
  }
}
