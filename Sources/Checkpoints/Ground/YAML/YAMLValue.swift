// SPDX-License-Identifier: Apache-2.0

/// A value of a YAML document, as PyYAML's safe loader makes it.
package indirect enum YAMLValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case int(Int64)
  case float(Double)
  case text(Text)
  /// A date, or a date with a time, as it stands.
  case timestamp(Text)
  case list([YAMLValue])
  /// In the file's order; no key stands twice.
  case map([Entry])

  package struct Entry: Sendable, Equatable {
    package var key: YAMLValue
    package var value: YAMLValue

    package init(key: YAMLValue, value: YAMLValue) {
      self.key = key
      self.value = value
    }
  }

  /// The value under a text.
  package subscript(key: Text) -> YAMLValue? {
    guard case .map(let entries) = self else { return nil }
    return entries.first { $0.key == .text(key) }?.value
  }

  /// What it is called in messages.
  package var kind: String {
    switch self {
    case .null: "nothing"
    case .bool: "a truth value"
    case .int, .float: "a number"
    case .text: "a text"
    case .timestamp: "a date"
    case .list: "a list"
    case .map: "a mapping"
    }
  }

  /// For messages, and for files that know texts alone as names.
  package var shown: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .float(let value): YAMLText.float(value)
    case .text(let text), .timestamp(let text): text.shown
    case .list, .map: kind
    }
  }
}

/// A key as Python compares keys: `1`, `1.0` and `true` are one.
enum YAMLKey: Hashable {
  case null
  case int(Int64)
  case float(UInt64)
  case text(Text)
  case timestamp(Text)

  /// Nil for lists and mappings, which Python cannot hash.
  init?(_ value: YAMLValue) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .int(value ? 1 : 0)
    case .int(let value): self = .int(value)
    case .float(let value): self = Int64(exactly: value).map { .int($0) } ?? .float(value.bitPattern)
    case .text(let text): self = .text(text)
    case .timestamp(let text): self = .timestamp(text)
    case .list, .map: return nil
    }
  }
}
