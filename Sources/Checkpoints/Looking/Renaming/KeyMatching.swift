// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Looks for the tensor of a file that belongs to each tensor of a network, by names alike at their ends and equal
/// shapes.
struct KeyMatching: Sendable {
  let wanted: KeyNames
  let found: KeyNames
  private let places: [Text: Int]
  /// Which names of the file end in these components and have this shape, sorted by their bytes.
  private let bySuffix: [Ending: [Int]]
  /// Which names of the network begin with this prefix.
  private let byPrefix: [Text: [Int]]

  /// More candidates than this that are equally like a name tell nothing.
  private static let mostCandidates = 8

  /// Taken names that are passed over on the way to one that is free.
  private static let mostPassed = 256

  private struct Ending: Hashable {
    var suffix: Text
    var shape: [Int]
  }

  init(wanted: KeyNames, found: KeyNames) {
    self.wanted = wanted
    self.found = found
    places = Dictionary(found.names.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    var bySuffix: [Ending: [Int]] = [:]
    for index in found.names.indices.sorted(by: { found.names[$0] < found.names[$1] }) {
      for suffix in KeyNames.suffixes(of: found.names[index]) {
        bySuffix[Ending(suffix: suffix, shape: found.shapes[index]), default: []].append(index)
      }
    }
    self.bySuffix = bySuffix
    var byPrefix: [Text: [Int]] = [:]
    for (index, name) in wanted.names.enumerated() {
      for prefix in KeyNames.prefixes(of: name) { byPrefix[prefix, default: []].append(index) }
    }
    self.byPrefix = byPrefix
  }

  /// Changes of prefix that the longest common endings suggest, each with the number of tensors that do, the most
  /// first. `minimum`: how many components must agree, where both names have more.
  func proposals(
    wanted open: some Sequence<Int>, found isFree: (Int) -> Bool, minimum: Int
  ) -> [(change: PrefixChange, votes: Int)] {
    var votes: OrderedDictionary<PrefixChange, Int> = [:]
    for index in open {
      for change in changes(for: index, isFree, minimum) { votes[change, default: 0] += 1 }
    }
    return votes.sorted { $0.value > $1.value }.map { ($0.key, $0.value) }
  }

  /// For one tensor: the free ones of its shape whose names agree with its name in the most components at the end,
  /// and of those in the most at the beginning. Counters follow their modules: all of them are alike.
  func changes(for index: Int, _ isFree: (Int) -> Bool, _ minimum: Int) -> [PrefixChange] {
    let name = wanted.names[index]
    guard !name.hasSuffix("num_batches_tracked") else { return [] }
    let suffixes = KeyNames.suffixes(of: name)
    for (dropped, suffix) in suffixes.enumerated() {
      guard let named = bySuffix[Ending(suffix: suffix, shape: wanted.shapes[index])] else { continue }
      let components = suffixes.count - dropped
      let alike = likest(name, among: named) { other in
        isFree(other) && found.names[other] != name
          && (components >= minimum || dropped == 0 || found.names[other].count == suffix.count)
      }
      guard !alike.isEmpty else { continue }
      guard alike.count <= Self.mostCandidates else { return [] }
      let to = name.dropLast(suffix.count)
      return alike.map { candidate in
        PrefixChange(from: found.names[candidate].dropLast(suffix.count), to: to)
      }
    }
    return []
  }

  /// Of sorted names those that have the most components in common with `name` at the beginning: they stand around the
  /// place where it would stand. At most one more than may be candidates, in the file's order.
  private func likest(_ name: Text, among sorted: [Int], where isRight: (Int) -> Bool) -> [Int] {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if found.names[sorted[middle]] < name { low = middle + 1 } else { high = middle }
    }
    var best = -1
    var likest: [Int] = []
    for places in [
      Array(stride(from: low - 1, through: max(0, low - 1 - Self.mostPassed), by: -1)),
      Array(low..<min(sorted.count, low + 1 + Self.mostPassed)),
    ]
    where places.first.map({ $0 >= 0 }) == true {
      for place in places {
        // Farther away they have ever less in common.
        let common = KeyNames.commonBeginning(found.names[sorted[place]], name)
        if common < best { break }
        guard isRight(sorted[place]) else { continue }
        if common > best { (best, likest) = (common, []) }
        likest.append(sorted[place])
        if likest.count > 2 * Self.mostCandidates { break }
      }
    }
    return likest.sorted()
  }

  /// How many names a change of prefix is tried on.
  func cost(_ change: PrefixChange) -> Int { byPrefix[change.to]?.count ?? 0 }

  /// The tensors that a change of prefix brings together, whatever their shapes.
  func pairs(_ change: PrefixChange) -> [KeyPair] {
    var pairs: [KeyPair] = []
    for index in byPrefix[change.to] ?? [] {
      let name = wanted.names[index]
      guard let rest = change.to.isEmpty ? name : name.rest(after: change.to),
        let place = places[change.from + rest]
      else { continue }
      pairs.append(KeyPair(wanted: index, found: place))
    }
    return pairs
  }

  func fits(_ pair: KeyPair) -> Bool { wanted.shapes[pair.wanted] == found.shapes[pair.found] }
}
