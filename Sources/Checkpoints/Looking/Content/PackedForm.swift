// SPDX-License-Identifier: Apache-2.0

/// Forms of packing that are named, not unpacked.
enum PackedForm: String {
  case bzip2, xz, lzma, zstd, lz4, lzip, compress, rar
  case sevenZip = "7z"

  init?(_ start: [UInt8]) {
    let magics: [(PackedForm, [UInt8])] = [
      (.bzip2, Array("BZh".utf8)), (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]), (.lzma, [0x5D, 0, 0]),
      (.zstd, [0x28, 0xB5, 0x2F, 0xFD]), (.lz4, [4, 0x22, 0x4D, 0x18]), (.lzip, Array("LZIP".utf8)),
      (.compress, [0x1F, 0x9D]), (.rar, Array("Rar!\u{1A}\u{7}".utf8)),
      (.sevenZip, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
    ]
    guard let found = magics.first(where: { start.starts(with: $0.1) })?.0 else { return nil }
    if found == .bzip2 {
      guard start.count >= 10, (0x31...0x39).contains(start[3]),
        start[4..<6].elementsEqual([0x31, 0x41]) || start[4..<6].elementsEqual([0x17, 0x72])
      else { return nil }
    }
    self = found
  }

  /// Whether nobody packs checkpoints so but who hides something.
  var isShelter: Bool { self == .sevenZip || self == .rar }

  var words: String {
    switch self {
    case .rar: "a RAR archive"
    case .sevenZip: "a 7z archive"
    default: "compressed by \(rawValue)"
    }
  }
}
