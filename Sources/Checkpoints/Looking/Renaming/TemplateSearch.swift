// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// The search for the rename among templates: what is found for one holds for all its members.
struct TemplateSearch {
  private(set) var best: KeyMapping
  /// Mappings between which shapes and order do not decide; empty where `best` is the answer.
  private(set) var rivals: [KeyMapping] = []
  private(set) var doubts: [RenameSearch.Doubt] = []

  private let wanted: KeyTemplates
  private let found: KeyTemplates
  private let names: (wanted: KeyNames, found: KeyNames)

  /// Nil where names have no numbers that differ: then templates are the names themselves.
  ///
  /// - Parameter isNeeded: whether a tensor of the network counts towards the whole.
  init?(_ spec: KeyNames, _ file: KeyNames, isNeeded: (Text) -> Bool) {
    guard let wanted = KeyTemplates(spec.names), let found = KeyTemplates(file.names),
      wanted.texts.count < spec.names.count, found.texts.count < file.names.count
    else { return nil }
    (self.wanted, self.found, names) = (wanted, found, (spec, file))
    best = KeyMapping(count: spec.names.count)
    let goal = wanted.texts.count(where: isNeeded)
    let whole = spec.names.count(where: isNeeded)
    var signatures = TemplateSignatures()
    for isStrict in [true, false] where best.matched < whole {
      let left = signatures.names(wanted, spec, strictly: isStrict)
      let right = signatures.names(found, file, strictly: isStrict)
      let search = RenameSearch(templates: left, right, goal: goal)
      take(search, PositionMatching(left, right, search.best), whole: whole)
      if !rivals.isEmpty { return }
    }
  }

  /// Takes what was found for templates, where it finds more tensors than is known.
  private mutating func take(_ search: RenameSearch, _ positions: PositionMatching, whole: Int) {
    let ways = search.rivals.isEmpty ? positions.ways : []
    func with(_ units: [PositionMatching.Unit], _ way: [KeyPair]) -> KeyMapping {
      var mapping = search.best
      for pair in units.flatMap(\.pairs) + way { mapping.add(pair, fits: true) }
      return mapping
    }
    let certain = positions.units.filter(\.isCertain)
    var units = positions.units
    let full = expanded(with(units, ways.first ?? []))
    if full.matched + full.misshapen.count < whole { units = certain }
    let next = expanded(with(units, []))
    let isTied = ways.count > 1 && units.count == positions.units.count
    guard (isTied ? full : next).matched > best.matched else { return }
    best = next
    rivals = isTied ? ways.map { expanded(with(units, $0)) } : search.rivals.map(expanded)
    let known = with(units, [])
    guard !isTied else { return doubts = [] }
    let told = Set(search.doubts.map(\.wanted))
    doubts = (search.doubts + positions.doubts.filter { !told.contains($0.wanted) })
      .filter { known.sources[$0.wanted] == nil }.flatMap(expanded)
  }

  /// The members that have the same numbers on both sides.
  private func expanded(_ mapping: KeyMapping) -> KeyMapping {
    var result = KeyMapping(count: names.wanted.names.count)
    for (index, source) in mapping.sources.enumerated() {
      guard let source else { continue }
      for pair in pairs(index, source) {
        result.add(pair, fits: names.wanted.shapes[pair.wanted] == names.found.shapes[pair.found])
      }
    }
    return result
  }

  private func pairs(_ template: Int, _ source: Int) -> [KeyPair] {
    let left = wanted.numbers[template]
    let right = found.numbers[source]
    guard left[0].count == right[0].count else { return [] }
    var pairs: [KeyPair] = []
    var place = 0
    // Both are sorted.
    for (index, numbers) in left.enumerated() {
      while place < right.count, right[place].lexicographicallyPrecedes(numbers) { place += 1 }
      guard place < right.count else { break }
      if right[place] == numbers {
        pairs.append(KeyPair(wanted: wanted.members[template][index], found: found.members[source][place]))
      }
    }
    return pairs
  }

  private func expanded(_ doubt: RenameSearch.Doubt) -> [RenameSearch.Doubt] {
    var candidates: [Int: [Int]] = [:]
    for source in doubt.candidates {
      for pair in pairs(doubt.wanted, source) { candidates[pair.wanted, default: []].append(pair.found) }
    }
    return wanted.members[doubt.wanted].map { .init(wanted: $0, candidates: candidates[$0] ?? []) }
  }
}
