// SPDX-License-Identifier: Apache-2.0

/// One step of a rename as a pass writes it: all keys below a prefix, or one key.
struct RenameRule: Hashable, Sendable {
  /// A prefix with its dot, or a whole key.
  var from: Text
  var to: Text
  var isKey: Bool

  func newName(_ name: Text) -> Text? {
    if isKey { return name == from ? to : nil }
    return name.rest(after: from).map { to + $0 }
  }

  var pass: Rename {
    if isKey { return Rename(Self.pattern(from, isKey: true), to: Self.replacement(to)) }
    return Rename(Self.pattern(from, isKey: false), to: Self.replacement(to) + "$1")
  }

  /// A pattern that matches this key, or what lies below this prefix, alone.
  static func pattern(_ text: Text, isKey: Bool) -> Text {
    let escaped = ValuePath.escape(text)
    guard escaped.contains("*") || escaped.hasPrefix("re:") else { return escaped + (isKey ? "" : "**") }
    let special = Array(#"\^$.|?*+()[]{}"#.utf8)
    let expression = escaped.bytes.flatMap { special.contains($0) ? [UInt8(ascii: "\\"), $0] : [$0] }
    return "re:" + Text(part: expression) + (isKey ? "" : "(.+)")
  }

  private static func replacement(_ text: Text) -> Text {
    ValuePath.escape(text).replacing("$", with: "$$")
  }
}

extension RenameRule {
  /// Rules in an order in which none takes up what another has moved already, and no two keys meet; where they
  /// change places, one steps aside first. Nil where keys would meet all the same.
  static func ordered(_ rules: [RenameRule], for keys: [Text]) -> [RenameRule]? {
    var waiting = rules.map { rule in (rule: rule, targets: keys.compactMap(rule.newName)) }
    var ordered: [RenameRule] = []
    var asides = 0
    while !waiting.isEmpty {
      let next = waiting.indices.first { index in
        let targets = waiting[index].targets
        return !waiting.indices.contains { other in
          other != index && targets.contains { waiting[other].rule.newName($0) != nil }
        }
      }
      if let next {
        ordered.append(waiting.remove(at: next).rule)
      } else {
        asides += 1
        let aside: Text = "resect-moves-\(asides)" + (waiting[0].rule.isKey ? "" : ".")
        ordered.append(RenameRule(from: waiting[0].rule.from, to: aside, isKey: waiting[0].rule.isKey))
        waiting[0].rule.from = aside
      }
    }
    return leads(ordered, keys) ? ordered : nil
  }

  /// Whether the rules run without two keys under one name.
  private static func leads(_ rules: [RenameRule], _ keys: [Text]) -> Bool {
    var names = keys
    for rule in rules {
      names = names.map { rule.newName($0) ?? $0 }
      guard Set(names).count == names.count else { return false }
    }
    return true
  }
}
