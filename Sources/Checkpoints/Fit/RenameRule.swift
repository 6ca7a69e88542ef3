// SPDX-License-Identifier: Apache-2.0

/// One step of a rename as a pass writes it: all keys below a prefix, or one key.
struct RenameRule: Hashable, Sendable {
  /// A prefix with its dot, or a whole key.
  var from: String
  var to: String
  var isKey: Bool

  func newName(_ name: String) -> String? {
    if isKey { return name == from ? to : nil }
    return name.rest(after: from).map { to + $0 }
  }

  var pass: Rename {
    if isKey { return Rename(Self.pattern(from, isKey: true), to: Self.replacement(to)) }
    return Rename(Self.pattern(from, isKey: false), to: Self.replacement(to) + "$1")
  }

  /// A pattern that matches this key, or what lies below this prefix, alone.
  static func pattern(_ text: String, isKey: Bool) -> String {
    let escaped = ValuePath.escape(text)
    guard escaped.contains("*") || escaped.hasPrefix("re:") else { return escaped + (isKey ? "" : "**") }
    let expression = escaped.map { #"\^$.|?*+()[]{}"#.contains($0) ? "\\\($0)" : String($0) }.joined()
    return "re:" + expression + (isKey ? "" : "(.+)")
  }

  private static func replacement(_ text: String) -> String {
    ValuePath.escape(text).split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")
  }
}

extension RenameRule {
  /// Rules in an order in which none takes up what another has moved already, and no two keys meet; where they
  /// change places, one steps aside first. Nil where keys would meet all the same.
  static func ordered(_ rules: [RenameRule], for keys: [String]) -> [RenameRule]? {
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
        let aside = "resect-moves-\(asides)" + (waiting[0].rule.isKey ? "" : ".")
        ordered.append(RenameRule(from: waiting[0].rule.from, to: aside, isKey: waiting[0].rule.isKey))
        waiting[0].rule.from = aside
      }
    }
    return leads(ordered, keys) ? ordered : nil
  }

  /// Whether the rules run without two keys under one name.
  private static func leads(_ rules: [RenameRule], _ keys: [String]) -> Bool {
    var names = keys
    for rule in rules {
      names = names.map { rule.newName($0) ?? $0 }
      guard Set(names).count == names.count else { return false }
    }
    return true
  }
}
