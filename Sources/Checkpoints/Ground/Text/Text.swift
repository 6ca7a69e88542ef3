// SPDX-License-Identifier: Apache-2.0

/// Text from a file as Python, PyTorch and file systems know it: a row of code points, and nothing else.
///
/// Swift's `String` calls canonically equivalent texts equal (`é` and `e` with an accent), sorts them so, and takes
/// `\r\n` for one `Character`. To Python those are two keys. `Text` is compared, hashed, sorted and cut by the bytes of
/// its UTF-8. Whatever a file names, and whatever is looked up by such a name, is a `Text`.
///
/// Python's `str` also holds lone surrogates, which no `String` can: they are kept as the bytes that Python's
/// `surrogatepass` writes (PEP 383's sibling; `ED A0 80` to `ED BF BF`).
public struct Text: Sendable {
  private enum Storage: Sendable {
    case string(String)
    /// With lone surrogates, as `surrogatepass` writes them.
    case surrogates([UInt8])
  }

  private let storage: Storage

  /// A text without lone surrogates.
  public init(_ string: String) {
    var string = string
    // What the comparisons below read in place.
    string.makeContiguousUTF8()
    storage = .string(string)
  }

  /// What was cut out of a string.
  public init(_ part: Substring) { self.init(String(part)) }

  /// Its digits.
  public init(_ number: some BinaryInteger) { self.init(String(number)) }

  /// UTF-8, with lone surrogates as `surrogatepass` writes them. Nil where the bytes are neither.
  public init?(utf8 bytes: some Collection<UInt8>) {
    if let string = String(validating: bytes, as: UTF8.self) {
      storage = .string(string)
    } else if Surrogates.shown(bytes) != nil {
      storage = .surrogates(Array(bytes))
    } else {
      return nil
    }
  }

  /// UTF-8 that was cut out of a text beside whole characters; what is not is replaced by U+FFFD.
  package init(part bytes: some Collection<UInt8>) {
    self = Text(utf8: bytes) ?? Text(String(decoding: bytes, as: UTF8.self))
  }

  /// The text for people: a lone surrogate is `\ud800`, all else stands as it is.
  public var shown: String {
    switch storage {
    case .string(let string): string
    case .surrogates(let bytes): Surrogates.shown(bytes) ?? ""
    }
  }

  /// Nil where it has lone surrogates, which formats and file systems that hold UTF-8 alone cannot take.
  public var string: String? {
    if case .string(let string) = storage { string } else { nil }
  }

  /// Nil where any of it is beyond ASCII: words of ours are found by it. For ASCII alone `String`'s `==` is that of the
  /// bytes; U+212A, the Kelvin sign, equals `K` there.
  package var ascii: String? {
    if case .string(let string) = storage,
      string.utf8Span.isKnownASCII || string.utf8.allSatisfy({ $0 < 0x80 })
    {
      return string
    }
    return nil
  }

  /// Whether it is Unicode text: without lone surrogates.
  public var isWellFormed: Bool { string != nil }

  /// Its UTF-8, lone surrogates as `surrogatepass` writes them.
  public var bytes: [UInt8] {
    switch storage {
    case .string(let string): Array(string.utf8)
    case .surrogates(let bytes): bytes
    }
  }

  /// How many bytes that is.
  public var count: Int {
    switch storage {
    case .string(let string): string.utf8.count
    case .surrogates(let bytes): bytes.count
    }
  }

  /// Whether it has no byte.
  public var isEmpty: Bool { count == 0 }

  /// Whether any of its bytes is such a one.
  package func hasByte(where isOne: (UInt8) -> Bool) -> Bool {
    switch storage {
    case .string(let string): string.utf8.contains(where: isOne)
    case .surrogates(let bytes): bytes.contains(where: isOne)
    }
  }

  /// Adds its bytes to others.
  package func append(to bytes: inout [UInt8]) {
    switch storage {
    case .string(let string): bytes.append(contentsOf: string.utf8)
    case .surrogates(let own): bytes.append(contentsOf: own)
    }
  }

  /// Lends the bytes in place.
  package func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    switch storage {
    case .string(let string): body(string.utf8Span.span)
    case .surrogates(let bytes): body(bytes.span)
    }
  }
}

extension Text: Hashable {
  /// Byte for byte: canonically equal texts with other code points are two.
  public static func == (left: Self, right: Self) -> Bool {
    // Most texts that are compared differ in length, which a string knows.
    guard left.count == right.count else { return false }
    return left.withBytes { left in right.withBytes { right in Bytes.areEqual(left, right) } }
  }

  /// Over the bytes, as equality goes by them.
  public func hash(into hasher: inout Hasher) {
    withBytes { bytes in unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) } }
    // So that two texts in a row hash as two.
    hasher.combine(0xFF as UInt8)
  }
}

extension Text: Comparable {
  /// By bytes of UTF-8, which is by code points, as Python sorts.
  public static func < (left: Self, right: Self) -> Bool {
    left.withBytes { left in right.withBytes { right in Bytes.order(left, right) < 0 } }
  }
}

extension Text: CustomStringConvertible, CustomDebugStringConvertible {
  /// `shown`. What comes from files goes to a terminal through `PlainText` alone.
  public var description: String { shown }
  /// `shown` in quotes, with escapes.
  public var debugDescription: String { shown.debugDescription }
}

extension DefaultStringInterpolation {
  /// A text in a sentence: made safe to show, so that no name from a file can forge a line or hide what follows.
  public mutating func appendInterpolation(_ text: Text) { appendInterpolation(PlainText.of(text.shown)) }
}

extension Text: ExpressibleByStringInterpolation {
  /// A literal is Unicode text: it can hold no lone surrogate.
  public init(stringLiteral value: String) { self.init(value) }

  /// The joined bytes; where halves of pairs meet they are kept as `+` keeps them.
  public init(stringInterpolation parts: Parts) { self.init(part: parts.bytes) }

  /// Joins texts byte for byte, so that lone surrogates outlive an interpolation.
  public struct Parts: StringInterpolationProtocol {
    fileprivate var bytes: [UInt8] = []

    /// Makes room for what the compiler counted.
    public init(literalCapacity: Int, interpolationCount: Int) {
      bytes.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    /// A part of the literal, as it stands.
    public mutating func appendLiteral(_ literal: String) { bytes += literal.utf8 }
    /// A text with its lone surrogates.
    public mutating func appendInterpolation(_ text: Text) { text.append(to: &bytes) }
    /// A string, not made safe to show: the result is a name again.
    public mutating func appendInterpolation(_ text: String) { bytes += text.utf8 }
    /// Anything else as it describes itself.
    public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      bytes += value.description.utf8
    }
  }
}

/// So that a dictionary under texts is an object in JSON.
extension Text: CodingKeyRepresentable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// `shown`: keys of JSON are Unicode text.
  public var codingKey: any CodingKey { Key(stringValue: shown) }
  /// Never nil; a lone surrogate that was shown stays the text `\ud800`.
  public init?(codingKey: some CodingKey) { self.init(codingKey.stringValue) }
}

extension Text: Codable {
  /// As its `shown` form: machine output is UTF-8.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(shown)
  }

  /// Of a JSON string.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }
}
