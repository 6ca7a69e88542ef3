// SPDX-License-Identifier: Apache-2.0

/// The header in front of a member's data. It decides where the data begins; all else that it says must agree
/// with the central directory, since readers differ in which of the two they believe.
struct LocalHeader {
  static let signature: UInt32 = 0x0403_4B50
  static let length = 30

  /// Where the member's data begins in the file.
  let dataOffset: Int
  let flags: UInt16

  init(_ central: CentralHeader, in file: InputFile, directoryStart: Int) throws(CheckpointError) {
    let start = central.headerOffset
    guard start <= directoryStart - Self.length - central.nameBytes.count else {
      throw CheckpointError(.corrupt, "its header would lie at byte \(start), past the members")
    }
    var reader = ByteReader(
      try file.read(start..<start + Self.length + central.nameBytes.count), base: start,
      subject: "the local header")
    guard try reader.u32() == Self.signature else {
      throw CheckpointError(.corrupt, "no member begins where the directory says", at: .init(byte: start))
    }
    try reader.skip(2)
    flags = try reader.u16()
    let method = try reader.u16()
    try reader.skip(4)
    let crc = try reader.u32()
    let compressedSize = Int(try reader.u32())
    let size = Int(try reader.u32())
    let nameLength = Int(try reader.u16())
    let extraLength = Int(try reader.u16())
    guard nameLength == central.nameBytes.count, try reader.slice(nameLength) == central.nameBytes else {
      throw Self.disagreement("another name", start)
    }
    let extraOffset = reader.offset
    dataOffset = extraOffset + extraLength
    guard dataOffset <= directoryStart else {
      throw CheckpointError(.corrupt, "its header reaches into the central directory", at: .init(byte: start))
    }
    if method != central.method { throw Self.disagreement("another method", start) }
    if flags & (ZipFlags.encrypted | ZipFlags.patched) != 0 { throw Self.disagreement("other flags", start) }
    // With a descriptor behind the data the fields here are placeholders: zero, or the size clipped.
    let described = flags & ZipFlags.dataDescriptor != 0
    if crc != central.crc && !(described && crc == 0) { throw Self.disagreement("another CRC", start) }
    var sizes = (compressedSize, size)
    if !described && (size == 0xFFFF_FFFF || compressedSize == 0xFFFF_FFFF) {
      let extra = try ZipExtra(
        file.read(extraOffset..<dataOffset)[...], at: extraOffset)
      var none = 0
      try extra.widen(size: &sizes.1, compressedSize: &sizes.0, headerOffset: &none, at: extraOffset)
    }
    for (local, stated) in [(sizes.0, central.compressedSize), (sizes.1, central.size)] where local != stated
    {
      if described && (local == 0 || local == 0xFFFF_FFFF) { continue }
      throw Self.disagreement("another size", start)
    }
  }

  private static func disagreement(_ what: String, _ start: Int) -> CheckpointError {
    CheckpointError(
      .corrupt, "its local header gives \(what) than the central directory", at: .init(byte: start),
      hint: "unpack and pack it again with a zip program that you trust")
  }
}
