// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// What a document holds, as layouts look at it.
struct Survey {
  let document: Document
  let top: TopNames
  /// The layouts that it is made for.
  let layouts: LayoutList
  /// The networks in it whose backbone can be told, in order.
  private(set) var branches: [Branch] = []
  /// State dicts in which no backbone can be told, with what their keys begin with.
  private(set) var others: [(site: Document.StateDictSite, firstComponents: [Text])] = []

  private let declared: DeclaredNetworks

  init(_ document: Document, layouts: LayoutList) throws(CheckpointError) {
    self.document = document
    self.layouts = layouts
    top = TopNames(document)
    declared = DeclaredNetworks(top, layouts)
    for site in try document.stateDictSites() {
      guard case .stateDict(let state) = document[site.node], !state.entries.isEmpty else { continue }
      let found = FlatParameters.hold(state) ? [] : branches(of: state, at: site)
      branches += found
      if found.isEmpty { others.append((site, PrefixChain(Array(state.entries.keys)).firstComponents)) }
    }
  }

  func has(_ name: Text) -> Bool { top.has(name) }

  /// A moving average beside the weights it was taken of.
  var average: MovingAverage? { top.average }

  private func branches(of state: StateDict, at site: Document.StateDictSite) -> [Branch] {
    var chain = PrefixChain(Array(state.entries.keys))
    chain.peelWrappers()
    if chain.goIntoBackboneBesideHead() { return [branch(chain, state, site, name: site.path)] }
    let inner = innerBranches(chain, state, site)
    if !inner.isEmpty { return inner }
    if chain.dropProjectionHead() { return [branch(chain, state, site, name: site.path)] }
    if let rule = declared[site.path] { return declaredBranches(chain, rule, state, site) }
    if chain.everyKeyHas("backbone.") { chain.go(into: "backbone.") }
    chain.peelWrappers()
    let found = branch(chain, state, site, name: site.path)
    // What lies beside a `backbone.` without `head.` has no meaning that is known.
    if chain.someKeyHas("backbone."), found.backbone == nil { return [] }
    if found.backbone?.isClassifier == true { return [] }
    return found.summary != nil || !found.prefix.isEmpty ? [found] : []
  }

  private func declaredBranches(
    _ outer: PrefixChain, _ rule: DeclaredNetworks.Rule, _ state: StateDict, _ site: Document.StateDictSite
  ) -> [Branch] {
    var chain = outer
    if let name = rule.names.first(where: chain.someKeyHas) {
      chain.go(into: name)
      chain.peelWrappers()
      chain.goIntoBackboneBesideHead()
    }
    let found = branch(chain, state, site, name: site.path)
    return rule.takesUnknown || !found.prefix.isEmpty || found.summary != nil ? [found] : []
  }

  /// Branches that are told apart by how keys begin: `teacher.backbone.` beside `teacher.head.`, and
  /// `t_model.` with a `projection_head.`.
  private func innerBranches(
    _ chain: PrefixChain, _ state: StateDict, _ site: Document.StateDictSite
  ) -> [Branch] {
    let names: [(Text, Text)] = [
      ("student.", "student"), ("teacher.", "teacher"), ("s_model.", "student"), ("t_model.", "teacher"),
    ]
    return names.compactMap { first, name in
      guard chain.someKeyHas(first) else { return nil }
      var inner = chain
      inner.go(into: first)
      inner.peelWrappers()
      let isKnown =
        first.hasSuffix("_model.") ? inner.dropProjectionHead() : inner.goIntoBackboneBesideHead()
      return isKnown ? branch(inner, state, site, name: name) : nil
    }
  }

  private func branch(
    _ chain: PrefixChain, _ state: StateDict, _ site: Document.StateDictSite, name: Text
  ) -> Branch {
    var chain = chain
    if chain.hasHead { chain.peelWrappers() }
    let backbone = Backbone(state, in: document, under: chain.prefix)
    return Branch(
      name: name, path: site.path, prefix: chain.prefix, wrappers: chain.wrappers, hasHead: chain.hasHead,
      inside: chain.inside, isModule: state.kind.isModule, kept: chain.keys.count, dropped: chain.dropped,
      backbone: backbone,
      likeness: backbone == nil ? BackboneLikeness(state, in: document, under: chain.prefix) : nil)
  }

  /// The keys of a branch's backbone, without its prefix.
  func keys(of branch: Branch) -> Set<Text> {
    guard let node = document.node(at: ValuePath(branch.path)), case .stateDict(let state) = document[node]
    else { return [] }
    let keys = state.entries.keys.compactMap { $0.rest(after: branch.prefix) }
    return Set(keys.filter { key in !branch.inside.contains { key.hasPrefix($0) } })
  }
}
