// SPDX-License-Identifier: Apache-2.0

/// A local header as it stands, with nothing to hold it against.
struct FoundHeader {
  let name: Text
  let flags: UInt16
  let method: UInt16
  let offset: Int
  /// Where the member's bytes begin; past the file's end where it is cut before them.
  let dataOffset: Int
  /// What it says of the bytes; nil where that stands behind them, in a descriptor.
  let stated: MemberSizes?
  /// Whether it is padded as PyTorch pads, so that data begin at a multiple of something.
  let isPadded: Bool

  /// Nil where no header stands there, or not the whole of it.
  init?(at offset: Int, of file: InputFile) throws(CheckpointError) {
    guard offset >= 0, offset + LocalHeader.length <= file.size else { return nil }
    var reader = ByteReader(
      try file.read(offset..<offset + LocalHeader.length), base: offset, subject: "a local header")
    guard try reader.u32() == LocalHeader.signature else { return nil }
    try reader.skip(2)
    flags = try reader.u16()
    method = try reader.u16()
    try reader.skip(4)
    let crc = try reader.u32()
    var packed = Int(try reader.u32())
    var size = Int(try reader.u32())
    let nameLength = Int(try reader.u16())
    let extraLength = Int(try reader.u16())
    let nameStart = offset + LocalHeader.length
    guard nameLength > 0, nameStart + nameLength <= file.size else { return nil }
    let nameBytes = try file.read(nameStart..<nameStart + nameLength)
    guard !nameBytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
    name = Text(String(decoding: nameBytes, as: UTF8.self))
    self.offset = offset
    let extraStart = nameStart + nameLength
    dataOffset = extraStart + extraLength
    let extra = try file.read(extraStart..<min(file.size, dataOffset))
    let fields = try? ZipExtra(extra[...], at: extraStart)
    isPadded = fields?.has(ZipExtra.padding) ?? false
    let isDescribed = flags & ZipFlags.dataDescriptor != 0
    let isCut = extra.count < extraLength
    guard !isCut, !(isDescribed && crc == 0 && size == 0 || isDescribed && size == 0xFFFF_FFFF) else {
      stated = nil
      return
    }
    if size == 0xFFFF_FFFF || packed == 0xFFFF_FFFF {
      var none = 0
      guard let fields,
        (try? fields.widen(size: &size, compressedSize: &packed, headerOffset: &none, at: extraStart)) != nil
      else { return nil }
    }
    stated = MemberSizes(size: size, packed: packed, crc: crc)
  }

  var isStored: Bool { method == 0 }
}

/// What a header, a descriptor or the directory says of a member's bytes.
struct MemberSizes: Equatable {
  var size: Int
  var packed: Int
  var crc: UInt32

  /// Nil where it was not computed.
  var knownCRC: UInt32? { crc == 0 && size > 0 ? nil : crc }
}
