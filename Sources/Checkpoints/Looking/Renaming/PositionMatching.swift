// SPDX-License-Identifier: Apache-2.0

/// Pairs parts whose names say nothing, by what is in them and by their order: `w1`, `w2`, `w3` with `gate_proj`,
/// `down_proj`, `up_proj`.
///
/// Two modules are taken for each other only where nothing else on either side is made of the same shapes. Their parts
/// are paired by shape where one alone has it, and by order where the shapes of both come in the same order and are not
/// all equal. Anything else has several ways, and none is chosen.
struct PositionMatching {
  /// Two modules, and what goes where in them.
  struct Unit {
    var pairs: [KeyPair] = []
    /// Several shapes, each in many members, agree: it holds by itself. Otherwise it may only complete the whole.
    var isCertain = false
  }

  private(set) var units: [Unit] = []
  /// Where one pair of parts could be either way round, and nothing else is open: both ways.
  private(set) var ways: [[KeyPair]] = []
  private(set) var doubts: [RenameSearch.Doubt] = []

  private var wanted: OpenNames
  private var found: OpenNames
  /// Parts of equal kind between which order does not decide.
  private var ties: [(wanted: [Int], found: [Int])] = []

  init(_ spec: KeyNames, _ file: KeyNames, _ mapping: KeyMapping) {
    wanted = OpenNames(spec, mapping.open)
    found = OpenNames(file, file.names.indices.filter { !mapping.isTaken($0) })
    let shared = wanted.lastParts.intersection(found.lastParts)
    var kinds: [OpenNames.Kind: Int] = [:]
    wanted.classify(spec.shapes, shared: shared, &kinds)
    found.classify(file.shapes, shared: shared, &kinds)
    for (left, right) in modules() { add(left, right, spec) }
    settleTies()
  }

  /// The largest modules that are made of the same things and alone so, on both sides.
  private func modules() -> [(wanted: Int, found: Int)] {
    func unique(_ names: OpenNames) -> [Int: Int] {
      var places: [Int: Int] = [:]
      var twice: Set<Int> = []
      for index in names.nodes.indices where names.branches(index) {
        if places.updateValue(index, forKey: names.nodes[index].kind) != nil {
          twice.insert(names.nodes[index].kind)
        }
      }
      return places.filter { !twice.contains($0.key) }
    }
    let (left, right) = (unique(wanted), unique(found))
    var covered: Set<Int> = []
    var result: [(wanted: Int, found: Int)] = []
    for index in wanted.nodes.indices {
      let node = wanted.nodes[index]
      if !covered.contains(index), left[node.kind] == index, let other = right[node.kind] {
        result.append((index, other))
        covered.insert(index)
      }
      if covered.contains(index) { covered.formUnion(node.children) }
    }
    return result
  }

  private mutating func add(_ left: Int, _ right: Int, _ spec: KeyNames) {
    var unit = Unit()
    var waiting = [(left, right)]
    while let next = waiting.popLast() {
      let (left, right) = (wanted.settled(next.0), found.settled(next.1))
      if let name = wanted.nodes[left].name, let source = found.nodes[right].name {
        unit.pairs.append(KeyPair(wanted: name, found: source))
      }
      waiting += pair(wanted.nodes[left].children, found.nodes[right].children)
    }
    let names = wanted.names(below: left)
    let shapes = Set(names.map { spec.shapes[$0] })
    unit.isCertain = shapes.count > 1 && names.allSatisfy { spec.names[$0].contains(KeyTemplates.hole) }
    units.append(unit)
  }

  /// Of two parts of one kind: which of the parts in them belong together.
  private mutating func pair(_ left: [Int], _ right: [Int]) -> [(Int, Int)] {
    var pairs: [(Int, Int)] = []
    // The same name and the same things in it.
    var named: [Text: Int] = [:]
    for index in right { named[found.nodes[index].part] = index }
    var (open, free) = (left, Set(right))
    open.removeAll { index in
      guard let other = named[wanted.nodes[index].part], found.nodes[other].kind == wanted.nodes[index].kind
      else {
        return false
      }
      pairs.append((index, other))
      free.remove(other)
      return true
    }
    let others = right.filter(free.contains)
    let kinds = (open.map { wanted.nodes[$0].kind }, others.map { found.nodes[$0].kind })
    if kinds.0 == kinds.1, Set(kinds.0).count > 1 || open.count == 1 { return pairs + zip(open, others) }
    for kind in Set(kinds.0).sorted() {
      let these = open.filter { wanted.nodes[$0].kind == kind }
      let those = others.filter { found.nodes[$0].kind == kind }
      if these.count == 1, those.count == 1 {
        pairs.append((these[0], those[0]))
      } else if !those.isEmpty {
        ties.append((these, those))
      }
    }
    return pairs
  }

  /// Both ways of a single tie of two; of more, what each name may be.
  private mutating func settleTies() {
    let isAnchored = units.contains { !$0.pairs.isEmpty }
    if isAnchored, ties.count == 1, let tie = ties.first, tie.wanted.count == 2, tie.found.count == 2 {
      let straight = zip(tie.wanted, tie.found).map { ($0, $1) }
      let crossed = zip(tie.wanted, tie.found.reversed()).map { ($0, $1) }
      let both = [straight, crossed].compactMap(leaves)
      if both.count == 2 {
        ways = both
        return
      }
    }
    for tie in ties {
      let candidates = tie.found.map { found.names(below: $0) }
      for part in tie.wanted {
        for (place, name) in wanted.names(below: part).enumerated() {
          doubts.append(
            .init(wanted: name, candidates: candidates.compactMap { place < $0.count ? $0[place] : nil }))
        }
      }
    }
  }

  /// The names in pairs of parts, where nothing in the parts is open. Nil where something is.
  private func leaves(_ pairs: [(Int, Int)]) -> [KeyPair]? {
    var copy = self
    copy.ties = []
    var result: [KeyPair] = []
    var waiting = pairs
    while let next = waiting.popLast() {
      let (left, right) = (wanted.settled(next.0), found.settled(next.1))
      if let name = wanted.nodes[left].name, let source = found.nodes[right].name {
        result.append(KeyPair(wanted: name, found: source))
      }
      waiting += copy.pair(wanted.nodes[left].children, found.nodes[right].children)
    }
    return copy.ties.isEmpty ? result : nil
  }
}
