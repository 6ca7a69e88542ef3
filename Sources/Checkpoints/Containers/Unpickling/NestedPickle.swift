// SPDX-License-Identifier: Apache-2.0

/// Bytes in a pickle that a function would load: a file of its own, which is to be examined too.
package struct NestedPickle: Sendable {
  /// How bytes stand in a pickle.
  package enum Writing: Sendable {
    case asTheyAre
    /// UTF-8 of Latin-1 letters, as protocols 1 and 2 write them.
    case letters
    /// Latin-1 with escapes, as protocol 0 does.
    case escapes
    /// In quotes, as Python 2 did in protocol 0.
    case quoted
  }

  /// The function.
  package var loader: GlobalName
  /// Where the opcode lies that calls it.
  package var offset: Int
  /// Where the bytes stand in the source.
  package var range: Range<Int>
  package var writing: Writing

  /// The bytes themselves: a part of the source where they stand there as they are.
  ///
  /// - Throws: `.limit` where so many letters would have to be held in memory, or what reading throws.
  package func bytes(of source: ByteSource) throws(CheckpointError) -> ByteSource {
    guard writing == .asTheyAre else { return .memory(try decoded(source)) }
    if case .file(let file, let whole, _) = source {
      let start = whole.lowerBound
      return .file(file, start + range.lowerBound..<start + range.upperBound, crc32: nil)
    }
    return .computed(SlicedBytes(source, range))
  }

  private static let mostLetters = 256 << 20

  private func decoded(_ source: ByteSource) throws(CheckpointError) -> [UInt8] {
    guard range.count <= Self.mostLetters || StructureLimits.current.trustsSizes else {
      throw CheckpointError(
        .limit, "\(range.count) bytes stand as letters; at most \(Self.mostLetters) are read",
        at: .init(byte: range.lowerBound), hint: StructureLimits.hint)
    }
    let written = try source.read(range)
    let bytes: [UInt8]? =
      switch writing {
      case .asTheyAre: written
      case .letters: Self.latin1(written)
      case .escapes: Self.latin1(PickleText.rawUnicode(written[...]))
      case .quoted: PickleText.quoted(written[...])
      }
    guard let bytes else {
      throw CheckpointError(.corrupt, "its letters are no bytes", at: .init(byte: range.lowerBound))
    }
    return bytes
  }

  private static func latin1(_ value: PickleGraph.Node?) -> [UInt8]? {
    if case .string(let text)? = value { latin1(text.bytes) } else { nil }
  }

  /// The letters of UTF-8 as bytes; nil where one is beyond U+00FF.
  private static func latin1(_ letters: [UInt8]) -> [UInt8]? {
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
