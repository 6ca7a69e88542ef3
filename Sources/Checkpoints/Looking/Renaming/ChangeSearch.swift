// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Several changes of prefix, one after the other: always the one that brings the most tensors together, unless
/// another that brings as many contradicts it.
struct ChangeSearch {
  private(set) var mapping: KeyMapping
  private(set) var doubts: [RenameSearch.Doubt] = []

  private let matching: KeyMatching
  private let minimum: Int
  /// Names that are looked at before the search gives up: a round looks at all that is left, and settles some. Few
  /// rounds settle a network's; names in which nothing is alike would take a round for every few of them.
  private static let tries = 1 << 17
  private var tried = 0
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
    while tried < Self.tries, let round = Round(self) {
      tried += round.cost
      for choice in round.choices {
        // What came before may have taken a part; then it is looked at anew.
        guard tried < Self.tries, free(choice.change) == choice.pairs else { continue }
        tried += matching.cost(choice.change) + round.proposed.count
        let rivals = rivals(of: choice, in: round)
        guard rivals.isEmpty else {
          setAside(choice, rivals)
          continue
        }
        // With them what has the right name there and another shape.
        for pair in choice.pairs { mapping.add(pair, fits: true) }
        for pair in matching.pairs(choice.change) { mapping.add(pair, fits: matching.fits(pair)) }
      }
    }
    for pair in matching.pairs(PrefixChange(from: "", to: "")) {
      mapping.add(pair, fits: matching.fits(pair))
    }
  }

  private struct Choice {
    var change: PrefixChange
    var pairs: [KeyPair]
  }

  /// What the names of all that is left suggest, and the changes that bring the most together, each as many.
  private struct Round {
    var proposed: [(index: Int, changes: [PrefixChange])] = []
    var choices: [Choice]
    var leading: [PrefixChange]
    /// How many names were looked at.
    var cost: Int

    /// Nil where nothing more is suggested.
    init?(_ search: ChangeSearch) {
      var votes: OrderedDictionary<PrefixChange, Int> = [:]
      for index in search.open {
        let changes = search.matching.changes(for: index, { !search.mapping.isTaken($0) }, search.minimum)
        proposed.append((index, changes))
        for change in changes { votes[change, default: 0] += 1 }
      }
      leading = votes.sorted { $0.value > $1.value }.prefix(32).map(\.key)
      let all = leading.map { Choice(change: $0, pairs: search.free($0)) }
      cost = proposed.count + leading.reduce(0) { $0 + search.matching.cost($1) }
      guard let most = all.map(\.pairs.count).max(), most > 0 else { return nil }
      choices = all.filter { $0.pairs.count == most }
    }
  }

  private var open: [Int] { mapping.open.filter { !set.contains($0) } }

  /// What a change would bring together among what is left.
  private func free(_ change: PrefixChange) -> [KeyPair] {
    matching.pairs(change).filter {
      mapping.sources[$0.wanted] == nil && !set.contains($0.wanted) && !mapping.isTaken($0.found)
        && matching.fits($0)
    }
  }

  /// Changes that bring as many together and want one of the same tensors for something else.
  private func rivals(of choice: Choice, in round: Round) -> [Choice] {
    let wanted = Set(choice.pairs.map(\.wanted))
    let found = Set(choice.pairs.map(\.found))
    var changes = OrderedSet(round.leading)
    for (index, proposed) in round.proposed
    where wanted.contains(index) || proposed.contains(where: { $0.from == choice.change.from }) {
      changes.append(contentsOf: proposed)
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
