// SPDX-License-Identifier: Apache-2.0

/// JSON in the one form that RFC 8785 gives every value, so that equal values have equal bytes and one digest: no blanks,
/// members in the order of their names' UTF-16 units, numbers as ECMAScript writes them, texts in UTF-8.
package enum CanonicalJSON {
  /// No line feed stands at the end.
  ///
  /// - Throws: `unrepresentable` for what has no such form: half a surrogate pair, NaN and infinities, integers beyond 53
  ///   bits, which readers take for doubles.
  package static func bytes(of value: JSONValue) throws(CheckpointError) -> [UInt8] {
    var bytes: [UInt8] = []
    try write(value, to: &bytes)
    return bytes
  }

  private static func write(_ value: JSONValue, to bytes: inout [UInt8]) throws(CheckpointError) {
    switch value {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .int(let value):
      guard value.magnitude < 1 << 53 else { throw none("the integer \(value)") }
      bytes += String(value).utf8
    case .double(let value):
      guard let text = ECMANumber.text(value) else { throw none("\(value)") }
      bytes += text.utf8
    case .string(let text): try write(text, to: &bytes)
    case .array(let items):
      bytes.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        try write(item, to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.sorted(by: { precedes($0.key, $1.key) }).enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        try write(member.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        try write(member.value, to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ text: Text, to bytes: inout [UInt8]) throws(CheckpointError) {
    guard text.isWellFormed else { throw none("half a surrogate pair", in: text) }
    text.quote(into: &bytes)
  }

  /// By UTF-16 units: what lies beyond U+FFFF comes before U+E000 to U+FFFF, as it does not by bytes.
  private static func precedes(_ left: Text, _ right: Text) -> Bool {
    left.shown.utf16.lexicographicallyPrecedes(right.shown.utf16)
  }

  private static func none(_ what: String, in text: Text? = nil) -> CheckpointError {
    CheckpointError(
      .unrepresentable, "canonical JSON (RFC 8785) has no form for \(what)", at: .init(key: text))
  }
}
