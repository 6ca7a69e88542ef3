// SPDX-License-Identifier: Apache-2.0

/// Cutting and joining, by bytes. A cut beside ASCII, or where another text ends, never splits a character.
extension Text {
  /// Whether the bytes begin so; the empty text begins all.
  public func hasPrefix(_ prefix: Text) -> Bool {
    withBytes { bytes in prefix.withBytes { Bytes.begins(bytes, with: $0) } }
  }

  /// Whether the bytes end so; the empty text ends all.
  public func hasSuffix(_ suffix: Text) -> Bool {
    withBytes { bytes in suffix.withBytes { Bytes.ends(bytes, with: $0) } }
  }

  /// With ASCII's capitals made small: as zip readers that leave case out compare names.
  package var asciiLowercased: Text {
    guard hasByte(where: { 0x41...0x5A ~= $0 }) else { return self }
    return Text(part: bytes.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 })
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

  /// What follows `prefix`, as `dropping(prefix:)`, where something does.
  package func rest(after prefix: Text) -> Text? { count > prefix.count ? dropping(prefix: prefix) : nil }

  /// Without its first bytes, which must end a character.
  package func dropFirst(_ bytes: Int) -> Text { self[min(bytes, count)..<count] }

  /// Without its last bytes, which must begin a character.
  package func dropLast(_ bytes: Int = 1) -> Text { self[0..<max(0, count - bytes)] }

  /// Whether `part` stands anywhere in it.
  public func contains(_ part: Text) -> Bool {
    withBytes { bytes in part.withBytes { Bytes.firstRange(of: $0, in: bytes) != nil } }
  }

  /// Every place where `old` stands taken by `new`, from the left.
  package func replacing(_ old: Text, with new: Text) -> Text {
    guard !old.isEmpty, contains(old) else { return self }
    var rest = bytes[...]
    var replaced: [UInt8] = []
    let (old, new) = (old.bytes, new.bytes)
    while rest.count >= old.count {
      if rest.starts(with: old) {
        replaced += new
        rest = rest.dropFirst(old.count)
      } else if let byte = rest.popFirst() {
        replaced.append(byte)
      }
    }
    return Text(part: replaced + rest)
  }

  /// Where an ASCII character first stands, in bytes from the start of the text.
  package func firstIndex(of character: Unicode.Scalar, from start: Int = 0) -> Int? {
    let byte = UInt8(ascii: character)
    return withBytes { bytes in (start..<bytes.count).first { bytes[$0] == byte } }
  }

  /// Every place where an ASCII character stands, in bytes.
  package func places(of character: Unicode.Scalar) -> [Int] {
    let byte = UInt8(ascii: character)
    return withBytes { bytes in bytes.indices.filter { bytes[$0] == byte } }
  }

  /// The integer that it is, written as Python prints it: `7`, `-1`; `07` is none.
  package var number: Int? {
    guard count < 21, let ascii, let number = Int(ascii), String(number) == ascii else { return nil }
    return number
  }

  /// Where an ASCII character last stands, in bytes.
  package func lastIndex(of character: Unicode.Scalar) -> Int? {
    let byte = UInt8(ascii: character)
    return withBytes { bytes in bytes.indices.last { bytes[$0] == byte } }
  }

  /// The parts between the places where an ASCII character stands, empty ones too: as Python's `split(".")`.
  package func split(_ separator: Unicode.Scalar) -> [Text] {
    let byte = UInt8(ascii: separator)
    guard firstIndex(of: separator) != nil else { return [self] }
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

  /// Bytes after bytes. Two halves of a surrogate pair that meet stay two lone surrogates, as in Python.
  public static func + (left: Text, right: Text) -> Text {
    if let start = left.string, let end = right.string { return Text(start + end) }
    return Text(part: left.bytes + right.bytes)
  }

  /// `left + right`, in place.
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
