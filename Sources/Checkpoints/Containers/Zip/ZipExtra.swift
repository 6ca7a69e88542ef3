// SPDX-License-Identifier: Apache-2.0

/// The extra fields of a header: `(id, length, bytes)` in a row.
struct ZipExtra {
  static let zip64: UInt16 = 0x0001
  static let unicodePath: UInt16 = 0x7075
  /// `FB`, with which PyTorch has data begin at a multiple of 64.
  static let padding: UInt16 = 0x4246

  private var fields: [UInt16: ArraySlice<UInt8>] = [:]

  /// - Parameter offset: where the extra fields begin in the file, for errors.
  init(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(CheckpointError) {
    var reader = ByteReader(Array(bytes), base: offset, subject: "the extra field")
    // Fewer than four bytes cannot be a field: some writers pad with them.
    while reader.remaining >= 4 {
      let at = reader.offset
      let id = try reader.u16()
      let field = try reader.slice(Int(try reader.u16()))
      let acted = id == Self.zip64 || id == Self.unicodePath
      guard !acted || fields[id] == nil else {
        throw CheckpointError(.corrupt, "an extra field stands twice", at: .init(byte: at))
      }
      fields[id] = field
    }
  }

  func has(_ id: UInt16) -> Bool { fields[id] != nil }

  /// Replaces the sizes and offset that are clipped to 0xFFFFFFFF by their 64-bit values, in the order of
  /// section 4.5.3 of the APPNOTE: only what is clipped is there.
  func widen(
    size: inout Int, compressedSize: inout Int, headerOffset: inout Int, at offset: Int
  ) throws(CheckpointError) {
    guard let field = fields[Self.zip64] else { return }
    var reader = ByteReader(Array(field), base: offset, subject: "the zip64 field")
    if size == 0xFFFF_FFFF { size = try reader.size() }
    if compressedSize == 0xFFFF_FFFF { compressedSize = try reader.size() }
    if headerOffset == 0xFFFF_FFFF { headerOffset = try reader.size() }
  }

  /// The name that the Unicode path field gives, which some readers prefer to the header's.
  var unicodeName: ArraySlice<UInt8>? {
    // A version byte and the CRC of the header's name come first.
    fields[Self.unicodePath].map { $0.dropFirst(5) }
  }
}
