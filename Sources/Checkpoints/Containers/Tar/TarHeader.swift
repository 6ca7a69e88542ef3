// SPDX-License-Identifier: Apache-2.0

/// A header block of a tar archive, 512 bytes: name at 0, size at 124, checksum at 148, type at 156, `ustar` at 257,
/// the name's prefix at 345 (POSIX.1-1988, section 10.1.1).
struct TarHeader {
  private let block: [UInt8]

  init(_ block: [UInt8]) { self.block = block }

  var isUstar: Bool { block[257..<262].elementsEqual("ustar".utf8) }
  /// POSIX's magic, or GNU tar's with the version behind it; text that has the word just here has no NUL.
  var hasMagic: Bool {
    isUstar && (block[262] == 0 || block[262..<265].elementsEqual([0x20, 0x20, 0]))
  }
  var type: UInt8 { block[156] }

  var typeText: String {
    switch type {
    case UInt8(ascii: "1"): "hard link"
    case UInt8(ascii: "2"): "symbolic link"
    case UInt8(ascii: "3"), UInt8(ascii: "4"): "device"
    case UInt8(ascii: "5"): "folder"
    case UInt8(ascii: "6"): "pipe"
    case UInt8(ascii: "L"), UInt8(ascii: "K"): "GNU long name"
    case UInt8(ascii: "S"): "GNU sparse file"
    default: String(type)
    }
  }

  /// The sum of all bytes, those of the checksum counted as spaces.
  var hasRightChecksum: Bool {
    guard let stated = Self.octal(block[148..<156]) else { return false }
    let sum = block.enumerated().reduce(0) { $0 + (148..<156 ~= $1.offset ? 32 : Int($1.element)) }
    return stated == sum
  }

  /// Octal digits; or, with the highest bit set, a big-endian integer (GNU tar's form for 8 GiB and more).
  func size() throws(CheckpointError) -> Int {
    let field = block[124..<136]
    guard field.first == 0x80 else {
      guard let size = Self.octal(field) else {
        throw CheckpointError(.corrupt, "the size in a tar header is no octal number")
      }
      return size
    }
    var size = 0
    for byte in field.dropFirst() {
      let (shifted, overflow) = size.multipliedReportingOverflow(by: 256)
      guard !overflow else { throw CheckpointError(.corrupt, "a tar header states an absurd size") }
      size = shifted | Int(byte)
    }
    return size
  }

  func name() throws(CheckpointError) -> Text {
    let prefix = isUstar ? Self.text(block[345..<500]) : []
    let bytes = (prefix.isEmpty ? [] : prefix + [UInt8(ascii: "/")]) + Self.text(block[0..<100])
    guard let name = String(validating: bytes, as: UTF8.self), !name.isEmpty else {
      throw CheckpointError(.corrupt, "the name in a tar header is empty or no UTF-8")
    }
    return Text(name)
  }

  private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

  /// Digits, perhaps after spaces, then spaces or NUL up to the end of the field.
  private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
    let digits = field.drop { $0 == 32 }.prefix { (48...55).contains($0) }
    guard !digits.isEmpty, field[digits.endIndex...].allSatisfy({ $0 == 32 || $0 == 0 }) else { return nil }
    // At most 12 digits, 36 bits.
    return digits.reduce(0) { $0 * 8 + Int($1 - 48) }
  }
}
