// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Says in few words which keys are meant: the largest prefixes that hold nothing else, and single keys.
enum KeyTree {
  /// A prefix with its dot, or a whole key.
  struct Place: Hashable {
    var text: Text
    var isKey: Bool
  }

  /// The places that hold all of `chosen` and none of the other keys.
  static func cover(_ chosen: Set<Text>, among keys: [Text]) -> [Place] {
    var places: [Place] = []
    split(keys) { prefix, keys in
      let count = keys.count { chosen.contains($0) }
      if count == 0 { return true }
      guard count == keys.count, !prefix.isEmpty else { return false }
      places.append(Place(text: prefix, isKey: false))
      return true
    } key: { key in
      if chosen.contains(key) { places.append(Place(text: key, isKey: true)) }
    }
    return places
  }

  /// The fewest changes of prefix that give keys their new names; keys that are not in `names` may go along.
  ///
  /// - Parameter most: where more are needed, they need not be all.
  static func rules(
    _ names: [Text: Text], among keys: [Text], most: Int = .max
  ) -> [RenameRule] {
    var rules: [RenameRule] = []
    split(keys) { prefix, keys in
      if rules.count > most { return true }
      let moved = keys.filter { names[$0] != nil }
      guard let first = moved.first, let new = names[first] else { return true }
      guard let to = new.dropping(suffix: first.dropFirst(prefix.count)) else { return false }
      guard to.isEmpty || to.hasSuffix("."),
        moved.allSatisfy({ key in names[key].map { $0 == to + (key.rest(after: prefix) ?? "") } ?? false })
      else { return false }
      if to != prefix { rules.append(RenameRule(from: prefix, to: to, isKey: false)) }
      return true
    } key: { key in
      if let new = names[key], new != key { rules.append(RenameRule(from: key, to: new, isKey: true)) }
    }
    return rules
  }

  /// Goes from prefix to longer prefix: `settles` says whether a prefix and its keys need no closer look.
  private static func split(
    _ keys: [Text], settles: (Text, [Text]) -> Bool, key: (Text) -> Void
  ) {
    var stack: [(prefix: Text, keys: [Text])] = [("", keys)]
    while let (prefix, keys) = stack.popLast() {
      if let only = keys.first, keys.count == 1, only == prefix {
        key(only)
        continue
      }
      if settles(prefix, keys) { continue }
      var groups: OrderedDictionary<Text, [Text]> = [:]
      for key in keys {
        let dot = key.firstIndex(of: ".", from: prefix.count)
        groups[dot.map { key[0..<$0 + 1] } ?? key, default: []].append(key)
      }
      // In the order of the keys.
      for (part, keys) in groups.reversed() { stack.append((part, keys)) }
    }
  }
}
