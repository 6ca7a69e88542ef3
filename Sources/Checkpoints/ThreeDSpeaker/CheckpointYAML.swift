// SPDX-License-Identifier: Apache-2.0

/// `CKPT.yaml`: one `name: value` a line, as `yaml.dump` writes a flat dict, keys sorted.
package struct CheckpointYAML: Sendable, Equatable {
  package enum Value: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int64)
    case float(Double)
    case text(Text)
  }

  /// In the file's order.
  package var entries: [(name: Text, value: Value)] = []

  package static func == (left: Self, right: Self) -> Bool {
    left.entries.elementsEqual(right.entries) { $0.name == $1.name && $0.value == $1.value }
  }

  package init() {}

  package init(epoch: Int, unixtime: Double) {
    entries = [("epoch", .int(Int64(epoch))), ("unixtime", .float(unixtime))]
  }

  package subscript(name: Text) -> Value? {
    get { entries.first { $0.name == name }?.value }
    set {
      let place = entries.firstIndex { $0.name == name }
      switch (newValue, place) {
      case (let value?, let place?): entries[place].value = value
      case (let value?, nil): entries.append((name, value))
      case (nil, let place?): entries.remove(at: place)
      case (nil, nil): break
      }
    }
  }

  /// Nil where the file has none.
  package var epoch: Int? { if case .int(let epoch) = self["epoch"] { Int(epoch) } else { nil } }

  /// What upstream takes the newest by; nil where the file has none.
  package var unixtime: Double? {
    switch self["unixtime"] {
    case .float(let time): time
    case .int(let time): Double(time)
    default: nil
    }
  }

  /// Reads a flat mapping of plain and quoted scalars; nested or multi-line YAML is `.unsupported`.
  package init(_ bytes: [UInt8]) throws(CheckpointError) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CheckpointError(.corrupt, "it is not UTF-8 text")
    }
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.last == "\r" ? line.dropLast() : line
      if line.isEmpty || line.first == "#" || line == "---" { continue }
      guard let colon = line.firstIndex(of: ":"), let first = line.unicodeScalars.first,
        Self.isWordStart(first), let value = Self.value(line[line.index(after: colon)...])
      else {
        throw CheckpointError(
          .unsupported, "line \(number + 1) is not `name: value`: only a flat mapping is read here")
      }
      let name = Text(line[..<colon])
      guard self[name] == nil else { throw CheckpointError(.corrupt, "`\(name)` stands twice") }
      entries.append((name, value))
    }
  }

  package var text: [UInt8] {
    let lines = entries.sorted { $0.name < $1.name }.map {
      "\($0.name): \(Self.text($0.value))\n"
    }
    return Array(lines.joined().utf8)
  }
}

extension CheckpointYAML {
  private static func isWordStart(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
  }

  private static func value(_ text: Substring) -> Value? {
    guard text.isEmpty || text.first == " " else { return nil }
    let word = text.drop { $0 == " " }
    guard let first = word.first else { return .null }
    if first == "\"" || first == "'" { return quoted(word).map { .text(Text($0)) } }
    switch word {
    case "null", "~", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".inf": return .float(.infinity)
    case "-.inf": return .float(-.infinity)
    case ".nan": return .float(.nan)
    default: break
    }
    if let number = Int64(word) { return .int(number) }
    if word.contains("."), word.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }),
      let number = Double(word)
    {
      return .float(number)
    }
    guard let start = word.unicodeScalars.first, isWordStart(start), !word.contains(": "),
      !word.contains(" #")
    else { return nil }
    return .text(Text(word))
  }

  /// Single quotes, doubled inside; double quotes with the escapes that `text` writes.
  private static func quoted(_ word: Substring) -> String? {
    guard word.count >= 2, let quote = word.first, word.last == quote else { return nil }
    var text = ""
    var inside = word.dropFirst().dropLast()
    while let character = inside.popFirst() {
      switch (quote, character) {
      case ("'", "'"):
        guard inside.popFirst() == "'" else { return nil }
        text.append("'")
      case ("\"", "\""): return nil
      case ("\"", "\\"):
        switch inside.popFirst() {
        case "\"": text.append("\"")
        case "\\": text.append("\\")
        case "n": text.append("\n")
        case "t": text.append("\t")
        default: return nil
        }
      default: text.append(character)
      }
    }
    return text
  }

  private static func text(_ value: Value) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .float(let value): float(value)
    case .text(let value): "\"" + escaped(value.shown) + "\""
    }
  }

  /// As PyYAML represents floats: what YAML 1.1 reads as one has a point, and its exponent a sign.
  private static func float(_ value: Double) -> String {
    if value.isNaN { return ".nan" }
    if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
    let text = value.description
    guard !text.contains("."), let exponent = text.firstIndex(of: "e") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "\"": escaped += "\\\""
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\t": escaped += "\\t"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
