// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Looks for the tensor of a file that belongs to each tensor of a network, by names alike at their ends and equal
/// shapes.
struct KeyMatching: Sendable {
  let wanted: KeyNames
  let found: KeyNames
  private let places: [Text: Int]
  /// Which names of the file end in these components.
  private let bySuffix: [Text: [Int]]
  /// Which names of the network begin with this prefix.
  private let byPrefix: [Text: [Int]]

  /// More candidates than this that are equally like a name tell nothing.
  private static let mostCandidates = 8

  init(wanted: KeyNames, found: KeyNames) {
    self.wanted = wanted
    self.found = found
    places = Dictionary(found.names.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    var bySuffix: [Text: [Int]] = [:]
    for (index, name) in found.names.enumerated() {
      for suffix in KeyNames.suffixes(of: name) { bySuffix[suffix, default: []].append(index) }
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
      guard let named = bySuffix[suffix] else { continue }
      let components = suffixes.count - dropped
      let alike = named.filter {
        isFree($0) && found.shapes[$0] == wanted.shapes[index] && found.names[$0] != name
          && (components >= minimum || dropped == 0 || found.names[$0].count == suffix.count)
      }
      guard !alike.isEmpty else { continue }
      let beginnings = alike.map { KeyNames.commonBeginning(found.names[$0], name) }
      let longest = beginnings.max() ?? 0
      let candidates = zip(alike, beginnings).filter { $0.1 == longest }.map(\.0)
      guard candidates.count <= Self.mostCandidates else { return [] }
      let to = name.dropLast(suffix.count)
      return candidates.map { candidate in
        PrefixChange(from: found.names[candidate].dropLast(suffix.count), to: to)
      }
    }
    return []
  }

  /// The tensors that a change of prefix brings together, whatever their shapes.
  func pairs(_ change: PrefixChange) -> [KeyPair] {
    var pairs: [KeyPair] = []
    for index in byPrefix[change.to] ?? [] {
      let name = wanted.names[index]
      guard let rest = change.to.isEmpty ? name : name.rest(after: change.to), let place = places[change.from + rest] else { continue }
      pairs.append(KeyPair(wanted: index, found: place))
    }
    return pairs
  }

  func fits(_ pair: KeyPair) -> Bool { wanted.shapes[pair.wanted] == found.shapes[pair.found] }
}
