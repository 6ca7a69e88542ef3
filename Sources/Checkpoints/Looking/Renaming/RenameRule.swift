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
    let (holes, new) = Self.replacement(to)
    if isKey { return Rename(Self.pattern(from, isKey: true), to: new) }
    return Rename(Self.pattern(from, isKey: false), to: new + "$\(holes + 1)")
  }

  /// A pattern that matches this key, or what lies below this prefix, alone.
  static func pattern(_ text: Text, isKey: Bool) -> Text {
    let escaped = ValuePath.escape(text)
    guard escaped.contains("*") || escaped.hasPrefix("re:") else {
      return escaped.replacing(KeyTemplates.hole, with: "*") + (isKey ? "" : "**")
    }
    let special = Array(#"\^$.|?*+()[]{}"#.utf8)
    let expression = Text(
      part: escaped.bytes.flatMap { special.contains($0) ? [UInt8(ascii: "\\"), $0] : [$0] })
    return "re:" + expression.replacing(KeyTemplates.hole, with: "([^./]*)") + (isKey ? "" : "(.+)")
  }

  /// The new name as a pass writes it, and how many numbers it takes over.
  private static func replacement(_ text: Text) -> (holes: Int, text: Text) {
    let parts = ValuePath.escape(text).replacing("$", with: "$$").split("\u{0}")
    var text = parts[0]
    for (index, part) in parts.dropFirst().enumerated() { text += "$\(index + 1)" + part }
    return (parts.count - 1, text)
  }

  /// What the pass makes of a key, where `from` leaves numbers open: any text without a dot stands for one. Nil where
  /// it does not match.
  func renamed(_ key: Text) -> Text? {
    guard from.contains(KeyTemplates.hole) else { return newName(key) }
    var rest = key.bytes[...]
    var caught: [Text] = []
    for byte in from.bytes {
      if byte == 0 {
        let end = rest.firstIndex(of: UInt8(ascii: ".")) ?? rest.endIndex
        caught.append(Text(part: rest[..<end]))
        rest = rest[end...]
      } else {
        guard rest.first == byte else { return nil }
        rest = rest.dropFirst()
      }
    }
    guard rest.isEmpty == isKey else { return nil }
    let parts = to.split("\u{0}")
    var name = parts[0]
    for (part, number) in zip(parts.dropFirst(), caught) { name += number + part }
    return name + Text(part: rest)
  }
}

extension RenameRule {
  /// Rules in an order in which none takes up what another has moved already, and no two keys meet; where they
  /// change places, one steps aside first. Nil where keys would meet all the same.
  static func ordered(_ rules: [RenameRule], for keys: [Text]) -> [RenameRule]? {
    guard rules.count * keys.count <= tries else { return nil }
    var places: [Text: [Int]] = [:]
    for (index, rule) in rules.enumerated() { places[rule.from, default: []].append(index) }
    // Which rules would take up what a rule has moved.
    var blocks: [[Int]] = rules.map { _ in [] }
    var blocked = rules.map { _ in 0 }
    for (index, rule) in rules.enumerated() {
      var others: Set<Int> = []
      for target in keys.compactMap(rule.newName) {
        for prefix in KeyNames.prefixes(of: target) + [target] {
          for other in places[prefix] ?? []
          where other != index && rules[other].newName(target) != nil {
            others.insert(other)
          }
        }
      }
      blocked[index] = others.count
      for other in others { blocks[other].append(index) }
    }
    var rules = rules
    var waiting = Array(rules.indices)
    var ordered: [RenameRule] = []
    var asides = 0
    while let first = waiting.first {
      if let place = waiting.firstIndex(where: { blocked[$0] == 0 }) {
        let next = waiting.remove(at: place)
        ordered.append(rules[next])
        for other in blocks[next] { blocked[other] -= 1 }
      } else {
        asides += 1
        let aside: Text = "resect-moves-\(asides)" + (rules[first].isKey ? "" : ".")
        ordered.append(RenameRule(from: rules[first].from, to: aside, isKey: rules[first].isKey))
        rules[first].from = aside
        for other in blocks[first] { blocked[other] -= 1 }
        blocks[first] = []
      }
    }
    return leads(ordered, keys) ? ordered : nil
  }

  /// Every rule is tried on every key: more than this takes seconds, here and when the passes are run.
  private static let tries = 1 << 25

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
