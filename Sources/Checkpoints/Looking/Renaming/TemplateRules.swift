// SPDX-License-Identifier: Apache-2.0

/// A rename in many layers as few steps: `rename l.*.attention.** l.$1.attn.$2` in place of a line a layer.
struct TemplateRules {
  /// In an order in which they run.
  private(set) var rules: [RenameRule] = []

  /// - Parameters:
  ///   - names: new names; keys that are not in it may go along.
  ///   - keys: all keys that there are.
  /// - Returns: nil where the new names do not follow from the old ones but for their numbers.
  init?(_ names: [Text: Text], among keys: [Text]) {
    guard let templates = KeyTemplates(keys), templates.texts.count < keys.count else { return nil }
    var renamed: [Text: Text] = [:]
    for (index, text) in templates.texts.enumerated() {
      let moved = templates.members[index].filter { names[keys[$0]] != nil }
      guard !moved.isEmpty else { continue }
      guard
        let new = Self.template(moved.compactMap { names[keys[$0]] }, numbers(index, of: moved, templates))
      else {
        return nil
      }
      renamed[text] = new
    }
    let found = KeyTree.rules(renamed, among: templates.texts)
    // A wildcard may catch what is no number: the rules must lead where they should on the keys themselves.
    guard let ordered = RenameRule.ordered(found, for: templates.texts), Self.lead(ordered, names, keys)
    else {
      return nil
    }
    rules = ordered
  }

  /// The one template of the new names in which the numbers of the old ones stand in their order.
  private static func template(_ news: [Text], _ numbers: [[Int]]) -> Text? {
    let all = news.map { $0.split(".") }
    guard var parts = all.first, all.allSatisfy({ $0.count == parts.count }) else { return nil }
    var hole = 0
    for index in parts.indices where all.contains(where: { $0[index] != parts[index] }) {
      guard hole < numbers[0].count,
        zip(all, numbers).allSatisfy({ $0[index] == Text($1[hole]) })
      else { return nil }
      parts[index] = KeyTemplates.hole
      hole += 1
    }
    // With one member alone nothing differs: its numbers stand where they stood.
    guard news.count > 1 else {
      for index in parts.indices where hole < numbers[0].count && parts[index] == Text(numbers[0][hole]) {
        parts[index] = KeyTemplates.hole
        hole += 1
      }
      return hole == numbers[0].count ? parts.joined(separator: ".") : nil
    }
    return hole == numbers[0].count ? parts.joined(separator: ".") : nil
  }

  private static func lead(_ rules: [RenameRule], _ names: [Text: Text], _ keys: [Text]) -> Bool {
    var ends: Set<Text> = []
    for key in keys {
      let end = rules.reduce(key) { name, rule in rule.renamed(name) ?? name }
      guard ends.insert(end).inserted, names[key].map({ $0 == end }) ?? true else { return false }
    }
    return true
  }
}

/// The numbers of some members of a template.
private func numbers(_ template: Int, of members: [Int], _ templates: KeyTemplates) -> [[Int]] {
  let chosen = Set(members)
  return templates.members[template].indices.filter { chosen.contains(templates.members[template][$0]) }
    .map { templates.numbers[template][$0] }
}
