// SPDX-License-Identifier: Apache-2.0

/// Reads JSON (RFC 8259) token by token, strictly, from bytes that a file holds: keys in order, integers apart from
/// other numbers, every error with its byte.
struct JSONCursor {
  private let bytes: [UInt8]
  private var position = 0
  /// Where `bytes` begins in its file; nil where bytes of the file would say nothing.
  private let base: Int?
  /// What every error begins with: "the header is broken".
  private let fault: String

  /// As deep as the reference reader of safetensors (serde_json) goes.
  static let deepest = 127

  /// - Parameter subject: what is being read, for errors: "the header".
  init(_ bytes: [UInt8], base: Int?, subject: String) {
    self.init(bytes, base: base, fault: "\(subject) is broken")
  }

  init(_ bytes: [UInt8], base: Int?, fault: String) {
    self.bytes = bytes
    self.base = base
    self.fault = fault
  }

  /// Where the next byte lies in the file.
  var offset: Int? { base.map { $0 + position } }

  /// The four blanks that JSON knows.
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  /// The next byte that is no blank, left where it is.
  mutating func peek() -> UInt8? {
    while position < bytes.count, Self.isBlank(bytes[position]) { position += 1 }
    return position < bytes.count ? bytes[position] : nil
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard let next = peek(), next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(CheckpointError) {
    guard take(character) else { throw unexpected("`\(character)`") }
  }

  /// Nothing but blanks may follow.
  mutating func end() throws(CheckpointError) {
    guard peek() == nil else { throw unexpected("its end") }
  }

  /// The members of an object in order; `body` reads each value. It gets where in the file the key begins.
  mutating func members(
    _ body: (inout JSONCursor, _ key: Text, _ at: Int?) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try expect("{")
    if take("}") { return }
    repeat {
      _ = peek()
      let at = offset
      let key = try string()
      try expect(":")
      try body(&self, key, at)
    } while take(",")
    guard take("}") else { throw unexpected("`,` or `}`") }
  }

  /// The items of an array in order.
  mutating func items(
    _ body: (inout JSONCursor) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try expect("[")
    if take("]") { return }
    repeat { try body(&self) } while take(",")
    guard take("]") else { throw unexpected("`,` or `]`") }
  }

  /// A number that counts something: digits alone, no sign, no fraction.
  mutating func size() throws(CheckpointError) -> Int {
    _ = peek()
    let start = position
    let number = try self.number(or: "a whole number, 0 or more")
    guard number.isInteger, !number.text.hasPrefix("-") else {
      position = start
      throw wrong("\(number.text) stands where a whole number, 0 or more, belongs")
    }
    guard let value = Int(number.text) else {
      position = start
      throw wrong("\(number.text) is beyond 63 bits")
    }
    return value
  }

  /// A number's text as it stands.
  mutating func number(or what: String) throws(CheckpointError) -> (text: String, isInteger: Bool) {
    _ = peek()
    let start = position
    func digits() -> Int {
      var count = 0
      while position + count < bytes.count, (0x30...0x39).contains(bytes[position + count]) { count += 1 }
      return count
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
    let whole = digits()
    guard whole > 0, whole == 1 || bytes[position] != UInt8(ascii: "0") else {
      position = start
      throw unexpected(what)
    }
    position += whole
    var isInteger = true
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      guard digits() > 0 else { throw unexpected("a digit") }
      position += digits()
      isInteger = false
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count, [0x2B, 0x2D].contains(bytes[position]) { position += 1 }
      guard digits() > 0 else { throw unexpected("a digit") }
      position += digits()
      isInteger = false
    }
    return (String(decoding: bytes[start..<position], as: UTF8.self), isInteger)
  }

  /// Takes a word such as `null` if it comes next.
  mutating func takeWord(_ word: StaticString) -> Bool {
    _ = peek()
    let letters = Array(word.description.utf8)
    guard bytes[position...].starts(with: letters) else { return false }
    position += letters.count
    return true
  }

  // MARK: Strings

  mutating func string() throws(CheckpointError) -> Text {
    guard take("\"") else { throw unexpected("a string") }
    let start = position
    var text: [UInt8] = []
    var copied = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        let isPlain = text.isEmpty
        if !isPlain { text += bytes[copied..<position] }
        let found =
          isPlain
          ? String(validating: bytes[copied..<position], as: UTF8.self)
          : String(validating: text, as: UTF8.self)
        position += 1
        guard let found else {
          position = start
          throw wrong("a string is not UTF-8")
        }
        return Text(found)
      }
      guard byte >= 0x20 else { throw wrong("a control character stands in a string") }
      position += 1
      guard byte == UInt8(ascii: "\\") else { continue }
      text += bytes[copied..<position - 1]
      text += try escape()
      copied = position
    }
    throw wrong("ends inside a string")
  }

  private mutating func escape() throws(CheckpointError) -> [UInt8] {
    guard position < bytes.count else { throw wrong("ends inside a string") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"):
      var code = try codeUnit()
      if (0xD800..<0xDC00).contains(code), bytes[position...].starts(with: [0x5C, 0x75]) {
        position += 2
        let low = try codeUnit()
        guard (0xDC00..<0xE000).contains(low) else { throw wrong("half a surrogate pair stands in a string") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw wrong("half a surrogate pair stands in a string") }
      return Array(String(scalar).utf8)
    default:
      position -= 1
      throw wrong("an unknown escape stands in a string")
    }
  }

  private mutating func codeUnit() throws(CheckpointError) -> UInt32 {
    guard bytes.count - position >= 4 else { throw wrong("ends inside a string") }
    var code: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw wrong("`\\u` has no four hexadecimal digits after it")
      }
      code = code << 4 | UInt32(digit)
    }
    position += 4
    return code
  }

  // MARK: Errors

  /// An error at the next byte.
  func wrong(_ reason: String, key: Text? = nil) -> CheckpointError {
    CheckpointError(.corrupt, "\(fault): \(reason)", at: .init(byte: offset, key: key))
  }

  private mutating func unexpected(_ what: String) -> CheckpointError {
    guard let byte = peek() else { return wrong("it ends where \(what) belongs") }
    let found =
      (0x20..<0x7F).contains(byte) ? "`\(Unicode.Scalar(byte))`" : "byte 0x" + [byte].hexadecimal
    return wrong("\(found) stands where \(what) belongs")
  }
}
