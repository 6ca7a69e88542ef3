// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension ParameterOrder {
  /// The orders that the groups' `param_names` give, one for each model that has all of the names.
  ///
  /// - Throws: `misfit` where some groups have no names, or no model has them; it names the first that is missing.
  static func byName(
    _ optimizer: OptimizerRecord, _ models: ModelCandidates, _ document: Document
  ) throws(CheckpointError) -> [ParameterOrder] {
    var names: [[Text]] = []
    for (number, group) in optimizer.groups.enumerated() {
      guard let its = group.names else {
        throw CheckpointError(
          .misfit, "group \(number) has no `param_names`, but another one has",
          at: .init(key: optimizer.path))
      }
      names.append(its)
    }
    guard let first = names.joined().first else {
      throw CheckpointError(.misfit, "it has no parameters", at: .init(key: optimizer.path))
    }
    var found: [ParameterOrder] = []
    var missing: (name: Text, place: Int)?
    for site in models.sites {
      let byKey = parametersByKey(of: site, document)
      for prefixes in prefixes(of: first, among: Array(byKey.keys)) {
        let flat = names.joined()
        let lookups = flat.map { prefixes.key(of: $0).flatMap { byKey[$0] } }
        if let place = lookups.firstIndex(where: { $0 == nil }) {
          if place >= missing?.place ?? 0 { missing = (Array(flat)[place], place) }
          continue
        }
        let groups = names.map { group in group.compactMap { prefixes.key(of: $0).flatMap { byKey[$0] } } }
        found.append(
          ParameterOrder(
            rule: .names, model: site.path, groups: groups, staysWhenEmpty: names.map { _ in false },
            prefixes: prefixes))
      }
    }
    guard found.isEmpty else { return found }
    throw CheckpointError(
      .misfit, "no state dict beside it has the parameter `\(missing?.name ?? first)` of its `param_names`",
      at: .init(key: optimizer.path))
  }

  /// Every tensor under each key that it has.
  private static func parametersByKey(
    of site: Document.StateDictSite, _ document: Document
  ) -> [Text: ModelParameter] {
    guard case .stateDict(let state) = document[site.node] else { return [:] }
    var byNode: [NodeID: ModelParameter] = [:]
    for parameter in ModelParameter.tensors(of: site, in: document) {
      for node in parameter.nodes { byNode[node] = parameter }
    }
    var byKey: [Text: ModelParameter] = [:]
    for (key, node) in state.entries { byKey[key] = byNode[node] }
    return byKey
  }

  /// What may stand between names and keys: nothing; something that keys have before names, as where the optimizer
  /// was given an inner module; a wrapper that names have before keys.
  private static func prefixes(of name: Text, among keys: [Text]) -> [NamePrefixes] {
    var found: Set<NamePrefixes> = []
    for key in keys {
      if key == name { found.insert(.init()) }
      if key.hasSuffix("." + name) {
        found.insert(.init(added: key.dropLast(name.count)))
      }
      for wrapper in PrefixChain.wrapperNames where name.rest(after: wrapper) == key {
        found.insert(.init(removed: wrapper))
      }
    }
    return found.sorted { ($0.added.count, $0.added, $0.removed) < ($1.added.count, $1.added, $1.removed) }
  }
}
