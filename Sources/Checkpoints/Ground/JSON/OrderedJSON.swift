// SPDX-License-Identifier: Apache-2.0

/// JSON (RFC 8259) as `set` takes it: keys in order, integers apart from floats, duplicate keys refused.
///
/// FoundationEssentials' decoder keeps neither the order of keys nor the difference between `1` and `1.0`,
/// and both become part of a checkpoint here.
enum OrderedJSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case float(Double)
  case string(Text)
  case array([OrderedJSON])
  case object([Member])

  struct Member: Hashable, Sendable {
    var key: Text
    var value: OrderedJSON
  }

  /// `path` is for the hint alone.
  init(parsing text: String, for path: Text) throws(CheckpointError) {
    var reader = Reader(text, path)
    self = try reader.value(depth: 0)
    try reader.end()
  }

  private struct Reader {
    private let text: String
    private let path: Text
    private var rest: Substring.UnicodeScalarView

    init(_ text: String, _ path: Text) {
      self.text = text
      self.path = path
      rest = text[...].unicodeScalars
    }

    mutating func value(depth: Int) throws(CheckpointError) -> OrderedJSON {
      guard depth < 64 else { throw wrong("is nested more than 64 deep") }
      skipBlanks()
      switch rest.first {
      case "{": return .object(try members(depth))
      case "[": return .array(try items(depth))
      case "\"": return .string(try string())
      case nil: throw wrong("ends too early")
      default: return try word()
      }
    }

    mutating func end() throws(CheckpointError) {
      skipBlanks()
      guard rest.isEmpty else { throw wrong("goes on after its end") }
    }

    private mutating func skipBlanks() {
      rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
      skipBlanks()
      guard rest.first == scalar else { return false }
      rest.removeFirst()
      return true
    }

    private mutating func members(_ depth: Int) throws(CheckpointError) -> [Member] {
      _ = take("{")
      var members: [Member] = []
      var keys: Set<Text> = []
      if take("}") { return members }
      repeat {
        skipBlanks()
        guard rest.first == "\"" else { throw wrong("has a key without quotes") }
        let key = try string()
        guard keys.insert(key).inserted else { throw wrong("has the key `\(key)` twice") }
        guard take(":") else { throw wrong("has a key without `:`") }
        members.append(Member(key: key, value: try value(depth: depth + 1)))
      } while take(",")
      guard take("}") else { throw wrong("has an object that is not closed") }
      return members
    }

    private mutating func items(_ depth: Int) throws(CheckpointError) -> [OrderedJSON] {
      _ = take("[")
      var items: [OrderedJSON] = []
      if take("]") { return items }
      repeat { items.append(try value(depth: depth + 1)) } while take(",")
      guard take("]") else { throw wrong("has an array that is not closed") }
      return items
    }

    private mutating func word() throws(CheckpointError) -> OrderedJSON {
      let word = String(rest.prefix { !" \t\n\r,]}:".unicodeScalars.contains($0) })
      rest = rest.dropFirst(word.unicodeScalars.count)
      switch word {
      case "null": return .null
      case "true": return .bool(true)
      case "false": return .bool(false)
      default: return try number(word)
      }
    }

    private func number(_ word: String) throws(CheckpointError) -> OrderedJSON {
      guard let form = try? /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/.wholeMatch(in: word) else {
        throw wrong("holds `\(word)`, which is no value", isText: true)
      }
      if form.output.2 == nil, form.output.3 == nil {
        guard let value = Int64(word) else { throw wrong("holds \(word), which is beyond 64 bits") }
        return .int(value)
      }
      guard let value = Double(word), value.isFinite else {
        throw wrong("holds \(word), which is beyond a double")
      }
      return .float(value)
    }

    private mutating func string() throws(CheckpointError) -> Text {
      rest.removeFirst()
      var text = "".unicodeScalars
      while let scalar = rest.popFirst() {
        switch scalar {
        case "\"": return Text(String(text))
        case "\\": text.append(try escape())
        case _ where scalar.value < 0x20: throw wrong("has a control character in a string")
        default: text.append(scalar)
        }
      }
      throw wrong("has a string that is not closed")
    }

    private mutating func escape() throws(CheckpointError) -> Unicode.Scalar {
      switch rest.popFirst() {
      case "\"": return "\""
      case "\\": return "\\"
      case "/": return "/"
      case "b": return "\u{8}"
      case "f": return "\u{C}"
      case "n": return "\n"
      case "r": return "\r"
      case "t": return "\t"
      case "u":
        var code = try unit()
        if (0xD800..<0xDC00).contains(code), rest.starts(with: "\\u".unicodeScalars) {
          rest = rest.dropFirst(2)
          let low = try unit()
          guard (0xDC00..<0xE000).contains(low) else { throw wrong("has half a surrogate pair") }
          code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw wrong("has half a surrogate pair") }
        return scalar
      default: throw wrong("has an unknown escape in a string")
      }
    }

    private mutating func unit() throws(CheckpointError) -> UInt32 {
      let digits = String(rest.prefix(4))
      rest = rest.dropFirst(4)
      guard digits.utf8.count == 4, digits.allSatisfy(\.isHexDigit), let code = UInt32(digits, radix: 16)
      else {
        throw wrong("has a `\\u` without four digits")
      }
      return code
    }

    private func wrong(_ what: String, isText: Bool = false) -> CheckpointError {
      let line = ["set", path, "\"\(text)\""].map { ShellWords.quoted($0) }.joined(separator: " ")
      return CheckpointError(
        .wrongWords, "`\(text)` is not JSON: it \(what)",
        hint: isText
          ? "text needs quotes of its own: `\(line)`" : "numbers, true, false, null, \"text\", [..], {..}")
    }
  }
}
