// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Several changes of prefix, one after the other: always the one that brings the most tensors together, unless
/// another that brings as many contradicts it.
struct ChangeSearch {
  private(set) var mapping: KeyMapping
  private(set) var doubts: [RenameSearch.Doubt] = []

  private let matching: KeyMatching
  private let minimum: Int
  /// Tensors that are in doubt: no more is tried for them.
  private var set: Set<Int> = []

  /// - Parameter minimum: how many components at the end of two names must agree.
  init(_ matching: KeyMatching, minimum: Int) {
    self.matching = matching
    self.minimum = minimum
    mapping = KeyMapping(count: matching.wanted.names.count)
    for pair in matching.pairs(PrefixChange(from: "", to: "")) where matching.fits(pair) {
      mapping.add(pair, fits: true)
    }
  }

  mutating func run() {
    // Each round settles or sets aside at least one tensor.
    while let choice = best() {
      let rivals = rivals(of: choice)
      guard rivals.isEmpty else {
        setAside(choice, rivals)
        continue
      }
      for pair in choice.pairs { mapping.add(pair, fits: true) }
      // What has the right name there and another shape.
      for pair in matching.pairs(choice.change) { mapping.add(pair, fits: matching.fits(pair)) }
    }
    for pair in matching.pairs(PrefixChange(from: "", to: "")) {
      mapping.add(pair, fits: matching.fits(pair))
    }
  }

  private struct Choice {
    var change: PrefixChange
    var pairs: [KeyPair]
  }

  private var open: [Int] { mapping.open.filter { !set.contains($0) } }

  private func best() -> Choice? {
    let proposals = matching.proposals(wanted: open, found: { !mapping.isTaken($0) }, minimum: minimum)
    return proposals.prefix(32).map { Choice(change: $0.change, pairs: free($0.change)) }
      .filter { !$0.pairs.isEmpty }.max { $0.pairs.count < $1.pairs.count }
  }

  /// What a change would bring together among what is left.
  private func free(_ change: PrefixChange) -> [KeyPair] {
    matching.pairs(change).filter {
      mapping.sources[$0.wanted] == nil && !set.contains($0.wanted) && !mapping.isTaken($0.found)
        && matching.fits($0)
    }
  }

  /// Changes that bring as many together and want one of the same tensors for something else.
  private func rivals(of choice: Choice) -> [Choice] {
    let wanted = Set(choice.pairs.map(\.wanted))
    let found = Set(choice.pairs.map(\.found))
    let proposals = matching.proposals(wanted: open, found: { !mapping.isTaken($0) }, minimum: minimum)
    var changes = OrderedSet(proposals.prefix(32).map(\.change))
    for index in open {
      let proposed = matching.changes(for: index, { !mapping.isTaken($0) }, minimum)
      if wanted.contains(index) || proposed.contains(where: { change in change.from == choice.change.from }) {
        changes.append(contentsOf: proposed)
      }
    }
    changes.remove(choice.change)
    let own = Set(choice.pairs)
    return changes.map { Choice(change: $0, pairs: free($0)) }.filter { rival in
      rival.pairs.count >= choice.pairs.count
        && rival.pairs.contains {
          !own.contains($0) && (wanted.contains($0.wanted) || found.contains($0.found))
        }
    }
  }

  private mutating func setAside(_ choice: Choice, _ rivals: [Choice]) {
    for pair in choice.pairs {
      var candidates: OrderedSet = [pair.found]
      for rival in rivals {
        for other in rival.pairs where other.wanted == pair.wanted { candidates.append(other.found) }
      }
      set.insert(pair.wanted)
      doubts.append(.init(wanted: pair.wanted, candidates: Array(candidates)))
    }
  }
}
