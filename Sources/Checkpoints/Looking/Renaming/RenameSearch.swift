// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Finds what goes where: as it is, by one change of prefix, with `Sequential`s counted anew, by several changes.
/// The simplest way that finds everything wins; of two equally good ones neither does.
struct RenameSearch: Sendable {
  /// A tensor that several of the file could be.
  struct Doubt: Hashable, Sendable {
    var wanted: Int
    var candidates: [Int]
  }

  private(set) var best: KeyMapping
  /// Mappings as good as one another; empty where `best` is the answer.
  private(set) var rivals: [KeyMapping] = []
  private(set) var doubts: [Doubt] = []

  /// Names that proposals are tried on in all: the search among names themselves ends, however many there are.
  private static let tries = 1 << 19

  private let wanted: KeyNames
  private let found: KeyNames
  /// How many of the network's tensors must be found.
  private let goal: Int

  /// - Parameter isNeeded: whether a tensor of the network has to be found for all to be.
  init(_ spec: KeyNames, _ file: KeyNames, isNeeded: (Text) -> Bool) {
    let goal = spec.names.count(where: isNeeded)
    self.init(unchanged: spec, file, goal: goal)
    guard best.matched < goal else { return }
    let templates = TemplateSearch(spec, file, isNeeded: isNeeded)
    if let templates, templates.best.matched > best.matched || !templates.rivals.isEmpty {
      (best, rivals, doubts) = (templates.best, templates.rivals, templates.doubts)
    }
    guard best.matched < goal, rivals.isEmpty else { return }
    run()
    guard best.matched < goal, rivals.isEmpty, templates == nil else { return }
    complete(PositionMatching(spec, file, best))
  }

  /// Among names without numbers, or whose numbers are open.
  ///
  /// - Parameter goal: how many tensors there have to be for all to be found.
  init(templates spec: KeyNames, _ file: KeyNames, goal: Int) {
    self.init(unchanged: spec, file, goal: goal)
    run()
  }

  private init(unchanged spec: KeyNames, _ file: KeyNames, goal: Int) {
    (wanted, found, self.goal) = (spec, file, goal)
    let places = Dictionary(file.names.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    best = KeyMapping(count: spec.names.count)
    for (index, name) in spec.names.enumerated() {
      guard let place = places[name] else { continue }
      best.add(KeyPair(wanted: index, found: place), fits: spec.shapes[index] == file.shapes[place])
    }
  }

  /// What only order tells, where it completes the whole; of two ways none.
  private mutating func complete(_ positions: PositionMatching) {
    let ways = positions.ways.isEmpty ? [[]] : positions.ways
    let mappings = ways.map { way in
      var mapping = best
      for pair in positions.units.flatMap(\.pairs) + way { mapping.add(pair, fits: true) }
      return mapping
    }
    guard let first = mappings.first, first.matched + first.misshapen.count >= goal else { return }
    if mappings.count == 1 { (best, doubts) = (first, []) } else { rivals = mappings }
  }

  private mutating func run() {
    guard best.matched < goal else { return }
    let (spec, file) = (wanted, found)
    let plain = KeyMatching(wanted: spec, found: file)
    let ranked = KeyMatching(wanted: spec.ranked, found: file.ranked)
    let hasRanks = ranked.wanted.names != spec.names || ranked.found.names != file.names
    considerOneChange(plain, wholly: false)
    if hasRanks, best.matched < goal, rivals.isEmpty {
      consider([Self.unchanged(ranked)], wholly: true)
      if best.matched < goal { considerOneChange(ranked, wholly: true) }
    }
    guard best.matched < goal, rivals.isEmpty else { return }
    let before = doubts
    doubts = []
    for matching in hasRanks ? [plain, ranked] : [plain] {
      // Names that agree in nothing but `weight` may only complete a solution.
      for minimum in [2, 1] where best.matched < goal {
        var search = ChangeSearch(matching, minimum: minimum)
        search.run()
        if minimum == 2 || search.mapping.matched >= goal {
          consider([search.mapping], wholly: !isPlain(matching))
        }
        if doubts.isEmpty, best.matched < goal { doubts = search.doubts }
      }
    }
    if best.matched >= goal { doubts = [] } else if doubts.isEmpty { doubts = before }
    let known = best
    doubts.removeAll { known.sources[$0.wanted] != nil }
  }

  private mutating func considerOneChange(_ matching: KeyMatching, wholly: Bool) {
    consider(oneChange(matching, minimum: 2), wholly: wholly)
    guard best.matched < goal, rivals.isEmpty else { return }
    consider(oneChange(matching, minimum: 1).filter { $0.matched >= goal }, wholly: wholly)
  }

  private func isPlain(_ matching: KeyMatching) -> Bool { matching.wanted.names == wanted.names }

  /// Takes the best of some mappings where it is better than what is known; several that are equally good and
  /// better than what is known are rivals.
  private mutating func consider(_ mappings: [KeyMapping], wholly: Bool) {
    let sound = mappings.filter { $0.keepsOrder(wanted: wanted, found: found, wholly: wholly) }
    guard let most = sound.map(\.matched).max(), most > best.matched else { return }
    let top = OrderedSet(sound.filter { $0.matched == most }.map(\.sources))
    guard top.count == 1 else {
      // A later way may still find everything where these do not.
      rivals = most >= goal ? top.compactMap { sources in sound.first { $0.sources == sources } } : []
      return
    }
    if let first = sound.first(where: { $0.matched == most }) { best = first }
  }

  private static func unchanged(_ matching: KeyMatching) -> KeyMapping {
    var mapping = KeyMapping(count: matching.wanted.names.count)
    for pair in matching.pairs(PrefixChange(from: "", to: "")) {
      mapping.add(pair, fits: matching.fits(pair))
    }
    return mapping
  }

  /// One change of prefix, and what lies elsewhere as it is.
  private func oneChange(_ matching: KeyMatching, minimum: Int) -> [KeyMapping] {
    let proposals = matching.proposals(
      wanted: wanted.names.indices, found: { _ in true }, minimum: minimum)
    let unchanged = matching.pairs(PrefixChange(from: "", to: ""))
    // Each is tried on every name.
    let most = max(4, min(256, Self.tries / max(wanted.names.count, 1)))
    return proposals.prefix(most).map { proposal in
      var mapping = KeyMapping(count: wanted.names.count)
      for pair in matching.pairs(proposal.change) { mapping.add(pair, fits: matching.fits(pair)) }
      for pair in unchanged { mapping.add(pair, fits: matching.fits(pair)) }
      return mapping
    }
  }
}
