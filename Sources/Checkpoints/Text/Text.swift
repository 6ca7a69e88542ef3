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
  /// The text for people: a lone surrogate is `\ud800`, all else stands as it is.
  public let shown: String
  /// The bytes where `shown` does not have them: text with lone surrogates.
  private let exact: [UInt8]?

  public init(_ string: String) {
    var string = string
    // What the comparisons below read in place.
    string.makeContiguousUTF8()
    shown = string
    exact = nil
  }

  public init(_ part: Substring) { self.init(String(part)) }

  private init(shown: String, exact: [UInt8]) {
    self.shown = shown
    self.exact = exact
  }

  /// UTF-8, with lone surrogates as `surrogatepass` writes them. Nil where the bytes are neither.
  public init?(utf8 bytes: some Collection<UInt8>) {
    if let string = String(validating: bytes, as: UTF8.self) {
      self.init(string)
    } else if let shown = Surrogates.shown(bytes) {
      self.init(shown: shown, exact: Array(bytes))
    } else {
      return nil
    }
  }

  /// UTF-8 that was cut out of a text beside ASCII or other whole characters; what is not is replaced by U+FFFD.
  package init(part bytes: some Collection<UInt8>) {
    self = Text(utf8: bytes) ?? Text(String(decoding: bytes, as: UTF8.self))
  }

  /// Whether it is Unicode text: formats and file systems that hold UTF-8 alone cannot take lone surrogates.
  public var isWellFormed: Bool { exact == nil }

  /// Nil where it has lone surrogates.
  public var string: String? { exact == nil ? shown : nil }

  /// Its UTF-8, lone surrogates as `surrogatepass` writes them.
  public var bytes: [UInt8] { exact ?? Array(shown.utf8) }

  /// How many bytes that is.
  public var count: Int { exact?.count ?? shown.utf8.count }

  public var isEmpty: Bool { shown.isEmpty }

  /// Lends the bytes in place.
  package func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    if let exact { return body(exact.span) }
    return body(shown.utf8Span.span)
  }
}

extension Text: Hashable {
  public static func == (left: Self, right: Self) -> Bool {
    if left.exact != nil || right.exact != nil { return left.exact == right.exact }
    return Bytes.areEqual(left.shown, right.shown)
  }

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
  public var debugDescription: String { shown.debugDescription }
}

extension Text: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}

extension Text: Codable {
  /// As its `shown` form: machine output is UTF-8.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(shown)
  }

  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }
}
