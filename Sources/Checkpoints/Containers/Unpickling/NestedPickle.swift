// SPDX-License-Identifier: Apache-2.0

/// Bytes in a pickle that a function would load: a file of its own, which is to be examined too.
package struct NestedPickle: Sendable {
  /// The function.
  package var loader: GlobalName
  /// Where the opcode lies that calls it.
  package var offset: Int
  /// Where the bytes stand in the source.
  package var range: Range<Int>
  /// Whether they stand there as UTF-8 of Latin-1 letters: how protocols before 3 write bytes.
  package var isLatin1: Bool

  /// The bytes themselves.
  ///
  /// - Throws: `.limit` where so many letters would have to be held in memory, or what reading throws.
  package func bytes(of source: ByteSource) throws(CheckpointError) -> ByteSource {
    guard isLatin1 else {
      if case .file(let file, let whole, _) = source {
        let start = whole.lowerBound
        return .file(file, start + range.lowerBound..<start + range.upperBound, crc32: nil)
      }
      return .computed(SlicedBytes(source, range))
    }
    guard range.count <= Self.mostLetters || StructureLimits.current.trustsSizes else {
      throw CheckpointError(
        .limit, "\(range.count) bytes stand as letters; at most \(Self.mostLetters) are read",
        at: .init(byte: range.lowerBound), hint: StructureLimits.hint)
    }
    guard let bytes = Self.latin1(try source.read(range)) else {
      throw CheckpointError(.corrupt, "its letters are no bytes", at: .init(byte: range.lowerBound))
    }
    return .memory(bytes)
  }

  private static let mostLetters = 256 << 20

  /// The letters of UTF-8 as bytes; nil where one is beyond U+00FF.
  static func latin1(_ letters: [UInt8]) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(letters.count)
    var index = 0
    while index < letters.count {
      let letter = letters[index]
      index += 1
      if letter < 0x80 {
        bytes.append(letter)
      } else {
        guard letter == 0xC2 || letter == 0xC3, index < letters.count else { return nil }
        bytes.append(letter << 6 | letters[index] & 0x3F)
        index += 1
      }
    }
    return bytes
  }
}
