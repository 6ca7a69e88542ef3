// SPDX-License-Identifier: Apache-2.0

/// Cutting and joining, by bytes. A cut beside ASCII, or where another text ends, never splits a character.
extension Text {
  public func hasPrefix(_ prefix: Text) -> Bool {
    withBytes { bytes in prefix.withBytes { Bytes.begins(bytes, with: $0) } }
  }

  public func hasSuffix(_ suffix: Text) -> Bool {
    withBytes { bytes in suffix.withBytes { Bytes.ends(bytes, with: $0) } }
  }

  /// What follows `prefix`; nil where the text does not begin with it.
  package func dropping(prefix: Text) -> Text? {
    hasPrefix(prefix) ? self[prefix.count..<count] : nil
  }

  /// What stands before `suffix`; nil where the text does not end with it.
  package func dropping(suffix: Text) -> Text? {
    hasSuffix(suffix) ? self[0..<count - suffix.count] : nil
  }

  /// The bytes of `range` as a text.
  package subscript(range: Range<Int>) -> Text {
    if let string {
      let start = string.utf8.index(string.utf8.startIndex, offsetBy: range.lowerBound)
      let end = string.utf8.index(start, offsetBy: range.count)
      // A native string's sub-range at whole characters needs no new look at its bytes.
      if start.samePosition(in: string.unicodeScalars) != nil,
        end.samePosition(in: string.unicodeScalars) != nil
      {
        return Text(string[start..<end])
      }
    }
    return Text(part: bytes[range])
  }

  public func contains(_ byte: Unicode.Scalar) -> Bool {
    firstIndex(of: byte) != nil
  }

  /// Where an ASCII character first stands, in bytes.
  package func firstIndex(of character: Unicode.Scalar) -> Int? {
    let byte = UInt8(ascii: character)
    return withBytes { bytes in bytes.indices.first { bytes[$0] == byte } }
  }

  /// Where an ASCII character last stands, in bytes.
  package func lastIndex(of character: Unicode.Scalar) -> Int? {
    let byte = UInt8(ascii: character)
    return withBytes { bytes in bytes.indices.last { bytes[$0] == byte } }
  }

  /// The parts between the places where an ASCII character stands, empty ones too: as Python's `split(".")`.
  package func split(_ separator: Unicode.Scalar) -> [Text] {
    let byte = UInt8(ascii: separator)
    guard contains(separator) else { return [self] }
    return bytes.split(separator: byte, omittingEmptySubsequences: false).map { Text(part: $0) }
  }

  /// The part before the first place where an ASCII character stands; all of it where it does not.
  package func prefix(before separator: Unicode.Scalar) -> Text {
    firstIndex(of: separator).map { self[0..<$0] } ?? self
  }

  /// The part behind the last place where an ASCII character stands; all of it where it does not.
  package func suffix(after separator: Unicode.Scalar) -> Text {
    lastIndex(of: separator).map { self[$0 + 1..<count] } ?? self
  }

  public static func + (left: Text, right: Text) -> Text {
    if let start = left.string, let end = right.string { return Text(start + end) }
    return Text(part: left.bytes + right.bytes)
  }

  public static func += (left: inout Text, right: Text) { left = left + right }
}

extension Sequence<Text> {
  package func joined(separator: Text = "") -> Text {
    var bytes: [UInt8] = []
    var isFirst = true
    for part in self {
      if !isFirst { bytes += separator.bytes }
      isFirst = false
      bytes += part.bytes
    }
    return Text(part: bytes)
  }
}
