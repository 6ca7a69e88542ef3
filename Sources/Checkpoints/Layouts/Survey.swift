// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// What a document holds, as layouts look at it.
struct Survey {
  let document: Document
  /// The names at the top; empty where the document is a state dict itself.
  let top: [Document.Child]
  /// The networks in it whose backbone can be told, in order.
  private(set) var branches: [Branch] = []
  /// State dicts in which no backbone can be told, with what their keys begin with.
  private(set) var others: [(site: Document.StateDictSite, firstComponents: [String])] = []

  init(_ document: Document) throws(CheckpointError) {
    self.document = document
    if case .stateDict = document[document.root] {
      top = []
    } else {
      top = document.children(of: document.root)
    }
    let isLightning = top.contains { $0.component == "pytorch-lightning_version" }
    for site in try document.stateDictSites() {
      guard case .stateDict(let state) = document[site.node], !state.entries.isEmpty else { continue }
      let found = branches(of: state, at: site, isLightning: isLightning && site.path == "state_dict")
      branches += found
      if found.isEmpty { others.append((site, PrefixChain(Array(state.entries.keys)).firstComponents)) }
    }
  }

  func has(_ name: String) -> Bool { top.contains { $0.component == name } }

  private func branches(of state: StateDict, at site: Document.StateDictSite, isLightning: Bool) -> [Branch] {
    var chain = PrefixChain(Array(state.entries.keys))
    chain.peelWrappers()
    if chain.someKeyHas("backbone."), chain.someKeyHas("head.") {
      chain.goIntoBackboneBesideHead()
      return [branch(chain, state, site, name: site.path)]
    }
    let inner = innerBranches(chain, state, site)
    if !inner.isEmpty { return inner }
    if isLightning {
      if let name = ["backbone.", "model.", "encoder.", "net."].first(where: chain.someKeyHas) {
        chain.go(into: name)
        chain.peelWrappers()
        if chain.someKeyHas("backbone."), chain.someKeyHas("head.") { chain.goIntoBackboneBesideHead() }
      }
      let found = branch(chain, state, site, name: site.path)
      return found.prefix.isEmpty && found.backbone == nil ? [] : [found]
    }
    if chain.everyKeyHas("backbone.") { chain.go(into: "backbone.") }
    chain.peelWrappers()
    let found = branch(chain, state, site, name: site.path)
    // What lies beside a `backbone.` without `head.` has no meaning that is known.
    if chain.someKeyHas("backbone."), found.backbone == nil { return [] }
    if found.backbone?.isClassifier == true { return [] }
    return found.backbone != nil || !found.prefix.isEmpty ? [found] : []
  }

  /// `teacher.backbone.` beside `teacher.head.`: branches that are told apart by how keys begin.
  private func innerBranches(
    _ chain: PrefixChain, _ state: StateDict, _ site: Document.StateDictSite
  ) -> [Branch] {
    ["student.", "teacher."].compactMap { first in
      guard chain.someKeyHas(first) else { return nil }
      var inner = chain
      inner.go(into: first)
      inner.peelWrappers()
      guard inner.someKeyHas("backbone."), inner.someKeyHas("head.") else { return nil }
      inner.goIntoBackboneBesideHead()
      return branch(inner, state, site, name: String(first.dropLast()))
    }
  }

  private func branch(
    _ chain: PrefixChain, _ state: StateDict, _ site: Document.StateDictSite, name: String
  ) -> Branch {
    var chain = chain
    if chain.hasHead { chain.peelWrappers() }
    return Branch(
      name: name, path: site.path, prefix: chain.prefix, wrappers: chain.wrappers, hasHead: chain.hasHead,
      isModule: state.kind.isModule, kept: chain.keys.count, dropped: chain.dropped,
      backbone: Backbone(state, in: document, under: chain.prefix))
  }
}
