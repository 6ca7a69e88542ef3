// SPDX-License-Identifier: Apache-2.0

/// Any JSON value as it stands: keys in order, integers apart from other numbers. No key occurs twice.
package enum JSONTree: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case string(Text)
  case array([JSONTree])
  case object([Member])

  package struct Member: Hashable, Sendable {
    package var key: Text
    package var value: JSONTree
  }

  /// The one value that `bytes` hold; `subject` names them in errors.
  package init(_ bytes: [UInt8], subject: String) throws(CheckpointError) {
    try self.init(bytes, fault: "\(subject) is broken")
  }

  /// - Parameter fault: what every error begins with.
  init(_ bytes: [UInt8], fault: String) throws(CheckpointError) {
    var cursor = JSONCursor(bytes, base: nil, fault: fault)
    self = try cursor.tree()
    try cursor.end()
  }

  package subscript(key: Text) -> JSONTree? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  package var items: [JSONTree]? { if case .array(let items) = self { items } else { nil } }

  package var text: Text? { if case .string(let text) = self { text } else { nil } }

  /// A whole number, also where it is written `3.0`.
  package var integer: Int? {
    switch self {
    case .int(let value): Int(value)
    case .double(let value): Int(exactly: value)
    default: nil
    }
  }

  /// A number, whole or not.
  package var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }
}

extension JSONCursor {
  /// The next value with all that it holds, at most `deepest` levels.
  mutating func tree(depth: Int = 0) throws(CheckpointError) -> JSONTree {
    guard depth < Self.deepest else { throw wrong("it is nested more than \(Self.deepest) deep") }
    switch peek() {
    case UInt8(ascii: "{"):
      var found: [JSONTree.Member] = []
      var keys: Set<Text> = []
      try members { cursor, key, _ throws(CheckpointError) in
        guard keys.insert(key).inserted else { throw cursor.wrong("`\(key)` stands twice in one object") }
        found.append(.init(key: key, value: try cursor.tree(depth: depth + 1)))
      }
      return .object(found)
    case UInt8(ascii: "["):
      var found: [JSONTree] = []
      try items { cursor throws(CheckpointError) in found.append(try cursor.tree(depth: depth + 1)) }
      return .array(found)
    case UInt8(ascii: "\""): return .string(try string())
    default:
      if takeWord("null") { return .null }
      if takeWord("true") { return .bool(true) }
      if takeWord("false") { return .bool(false) }
      let number = try self.number(or: "a value")
      if number.isInteger, let value = Int64(number.text) { return .int(value) }
      guard !number.isInteger, let value = Double(number.text), value.isFinite else {
        throw wrong("the number \(number.text) is too large")
      }
      return .double(value)
    }
  }
}
