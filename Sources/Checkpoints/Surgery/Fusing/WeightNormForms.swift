// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Gives every pair of weight norm the names, the place and the `_metadata` of the other form.
struct WeightNormForms {
  var from: WeightNormPair.Form

  private var to: WeightNormPair.Form { from == .attributes ? .parametrization : .attributes }

  /// Throws `nothingMatched` where there is no pair, and `collision` where a key of the other form is there already.
  func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    var isMatched = false
    for site in try document.stateDictSites() {
      guard case .stateDict(var state) = document[site.node] else { continue }
      let (pairs, others) = WeightNormPair.all(in: state, of: document, from)
      report.noteOtherPairs(others, at: site)
      guard !pairs.isEmpty else { continue }
      isMatched = true
      var newKeys: [Text: Text] = [:]
      for pair in pairs {
        let (old, new) = (pair.keys(from), pair.keys(to))
        newKeys[old.magnitude] = new.magnitude
        newKeys[old.direction] = new.direction
      }
      state.entries = Self.ordered(state.entries, pairs, from)
      report.note(try state.rekey(at: site, .mapped { $0 }) { newKeys[$0] ?? $0 }, at: site)
      state.metadata = state.metadata.map { metadata in
        to == .parametrization
          ? Self.adding(pairs, to: metadata, &document) : Self.removing(pairs, from: metadata, state)
      }
      document[site.node] = .stateDict(state)
    }
    guard isMatched else { throw try Self.nothing(from, in: document) }
  }

  /// The entries in the order that PyTorch's `state_dict()` has them in the other form: `parametrizations` is the last
  /// child of its module; `weight_g` and `weight_v` are the last of the module's own.
  static func ordered(
    _ entries: OrderedDictionary<Text, NodeID>, _ pairs: [WeightNormPair], _ from: WeightNormPair.Form
  ) -> OrderedDictionary<Text, NodeID> {
    let moving = Dictionary(grouping: pairs, by: \.module)
    let pairKeys = Set(pairs.flatMap { [$0.keys(from).magnitude, $0.keys(from).direction] })
    // After which entry the pairs of a module come; before which, where it has no other entry of its own.
    var after: [Int: [Text]] = [:]
    var before: [Int: [Text]] = [:]
    var last: [Text: Int] = [:]
    var first: [Text: Int] = [:]
    for (index, key) in entries.keys.enumerated() {
      Self.forEachModule(of: key) { module, isOwn in
        guard moving[module] != nil else { return }
        if first[module] == nil { first[module] = index }
        if from == .attributes || isOwn { last[module] = index }
      }
    }
    for module in moving.keys.sorted() {
      if let index = last[module] {
        after[index, default: []].append(module)
      } else if let index = first[module] {
        before[index, default: []].append(module)
      }
    }
    var ordered: OrderedDictionary<Text, NodeID> = [:]
    func put(_ modules: [Text]?) {
      for module in modules ?? [] {
        for pair in moving[module] ?? [] {
          let keys = pair.keys(from)
          for key in [keys.magnitude, keys.direction] { ordered[key] = entries[key] }
        }
      }
    }
    for (index, entry) in entries.enumerated() {
      put(before[index])
      if !pairKeys.contains(entry.key) { ordered[entry.key] = entry.value }
      // Inner modules end before the ones around them.
      put(after[index]?.reversed())
    }
    return ordered
  }

  /// Every module that a key lies in, with its dot, the outermost (empty) first, and whether the key is its own.
  private static func forEachModule(of key: Text, _ body: (Text, Bool) -> Void) {
    let ends = key.places(of: ".").map { $0 + 1 }
    body("", ends.isEmpty)
    for end in ends { body(key[0..<end], end == ends.last) }
  }

  /// `parametrizations`, `parametrizations.weight` and `parametrizations.weight.0` behind what lies in the module.
  private static func adding(
    _ pairs: [WeightNormPair], to metadata: OrderedDictionary<Text, NodeID>, _ document: inout Document
  ) -> OrderedDictionary<Text, NodeID> {
    var result = metadata
    for module in OrderedSet(pairs.map(\.module)) {
      let path = module.dropLast()
      guard metadata[path] != nil else { continue }
      let index = result.keys.lastIndex { $0 == path || $0.hasPrefix(module) } ?? result.count - 1
      var paths = [module + "parametrizations"]
      for pair in pairs where pair.module == module {
        let own = module + "parametrizations." + pair.name
        paths += [own, own + ".0"]
      }
      for (offset, path) in paths.enumerated() {
        let version = Mapping.Entry(key: document.add(.string("version")), value: document.add(.int(1)))
        let node = document.add(.mapping(Mapping(kind: .dict, entries: [version])))
        result.updateValue(node, forKey: path, insertingAt: index + 1 + offset)
      }
    }
    return result
  }

  /// Without the modules that weight norm alone needs. `state` has its new keys already.
  static func removing(
    _ pairs: [WeightNormPair], from metadata: OrderedDictionary<Text, NodeID>, _ state: StateDict
  ) -> OrderedDictionary<Text, NodeID> {
    var gone: Set<Text> = []
    for pair in pairs {
      let list = pair.module + "parametrizations"
      gone.formUnion([list + "." + pair.name, list + "." + pair.name + ".0"])
      if !state.entries.keys.contains(where: { $0.hasPrefix(list + ".") }) { gone.insert(list) }
    }
    return metadata.filter { !gone.contains($0.key) }
  }

  private static func nothing(
    _ form: WeightNormPair.Form, in document: Document
  ) throws(CheckpointError) -> CheckpointError {
    let other: WeightNormPair.Form = form == .attributes ? .parametrization : .attributes
    let hasOther = try document.stateDictSites().contains { site in
      guard case .stateDict(let state) = document[site.node] else { return false }
      return !WeightNormPair.all(in: state, of: document, other).pairs.isEmpty
    }
    let names =
      form == .attributes
      ? "`*_g` and `*_v`" : "`parametrizations.*.original0` and `parametrizations.*.original1`"
    let hint =
      hasOther ? "weight norm has its other form here already" : "`resect ls FILE '**_g'` shows what there is"
    return CheckpointError(.nothingMatched, "no keys are the \(names) of weight norm", hint: hint)
  }
}

extension PassReport {
  /// Keys that are named as weight norm names them, but are something else.
  mutating func noteOtherPairs(_ keys: [Text], at site: Document.StateDictSite) {
    guard !keys.isEmpty else { return }
    notes.append(
      "\(Prose.list(keys.map { site.path(of: $0) }, limit: 1)) is no magnitude of weight norm by its shape, and was left alone"
    )
  }
}
