// SPDX-License-Identifier: Apache-2.0

/// A value that knows its own JSON.
protocol JSONWritable {
  var json: JSONBytes { get throws }
}

/// A JSON value that is about to be written, with the members of objects in the order of their names' bytes.
///
/// FoundationEssentials' encoder collects members in a dictionary of `String`s, where names that are canonically
/// equal are one: of two tensors it would write one.
final class JSONBytes {
  enum Kind {
    /// A number, a word or a string, as it is written.
    case leaf([UInt8])
    case array([JSONBytes])
    case object([(name: Text, value: JSONBytes)])
  }

  var kind: Kind

  init(_ kind: Kind) { self.kind = kind }

  convenience init(word: String) { self.init(.leaf(Array(word.utf8))) }

  convenience init(text: Text) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count + 2)
    text.quote(into: &bytes)
    self.init(.leaf(bytes))
  }

  /// Nil for NaN and infinities, which JSON has no words for.
  convenience init?(number: Double) {
    guard number.isFinite else { return nil }
    let text = "\(number)"
    self.init(word: text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }

  func add(_ value: JSONBytes) {
    guard case .array(var items) = kind else { return }
    kind = .array([])
    items.append(value)
    kind = .array(items)
  }

  func add(_ name: Text, _ value: JSONBytes) {
    guard case .object(var members) = kind else { return }
    kind = .object([])
    members.append((name, value))
    kind = .object(members)
  }

  var count: Int { if case .array(let items) = kind { items.count } else { 0 } }

  /// Recursion goes as deep as the report's own types nest; values from files are leaves of it.
  func write(to bytes: inout [UInt8]) {
    switch kind {
    case .leaf(let leaf): bytes += leaf
    case .array(let items):
      bytes.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        item.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.sorted(by: { $0.name < $1.name }).enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        member.name.quote(into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }
}
