// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// The passes that bring a state dict to the names of a network.
struct FitPasses {
  private(set) var passes: [any Pass] = []
  /// Keys that go, under the names that they have in the file.
  private(set) var dropped: [Text] = []

  /// More places than these are not dropped: what is in them stays, and is told as unexpected.
  private static let mostPlaces = 512

  /// - Parameters:
  ///   - mapping: where the tensors of the network come from.
  ///   - drops: leave out what the network has no place for, and what has another shape.
  /// - Returns: nil where two keys would meet under one name.
  init?(_ mapping: KeyMapping, _ spec: KeyNames, _ file: FileKeys, found: KeyNames, drops: Bool) {
    if !file.path.isEmpty { passes.append(Take(file.path)) }
    var names: [Text: Text] = [:]
    for (index, source) in mapping.sources.enumerated() {
      guard let source, !drops || !mapping.misshapen.contains(index) else { continue }
      names[found.names[source]] = spec.names[index]
    }
    var keys = Array(file.entries.keys)
    // Extra state and its kin stay with their modules.
    var gone = drops ? Set(keys.filter { names[$0] == nil && file.entries[$0]?.shape != nil }) : []
    // Every pattern is tried on every key.
    if KeyTree.cover(gone, among: keys).count > Self.mostPlaces { gone = [] }
    dropped = keys.filter(gone.contains)
    let whole = KeyTree.rules(names, among: keys.filter { names[$0] != nil }, most: 1)
    if whole.count == 1, let rule = whole.first, !rule.isKey, rule.to.isEmpty {
      // Everything that stays lies below one prefix.
      let below = keys.filter { $0.rest(after: rule.from) != nil }
      if below.count == keys.count || !drops {
        passes.append(Unprefix(rule.from))
      } else {
        passes.append(Under(rule.from))
        keys = below
      }
      let inside = below.filter(gone.contains).compactMap(rule.newName)
      drop(Set(inside), among: below.compactMap(rule.newName))
      return
    }
    drop(gone, among: keys)
    keys.removeAll(where: gone.contains)
    let first = KeyTree.rules(names, among: keys, most: 1)
    if first.count == 1, let rule = first.first, rule.from.isEmpty {
      passes.append(Prefix(rule.to))
      return
    }
    if first.count > 1, let templates = TemplateRules(names, among: keys) {
      passes += templates.rules.map(\.pass)
      return
    }
    let rules = KeyTree.rules(names, among: keys)
    guard let ordered = RenameRule.ordered(rules, for: keys) else { return nil }
    passes += ordered.map(\.pass)
  }

  private mutating func drop(_ gone: Set<Text>, among keys: [Text]) {
    let places = KeyTree.cover(gone, among: keys)
    guard !places.isEmpty else { return }
    passes.append(Drop(patterns: places.map { RenameRule.pattern($0.text, isKey: $0.isKey) }))
  }
}
