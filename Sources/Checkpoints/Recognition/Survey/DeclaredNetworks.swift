// SPDX-License-Identifier: Apache-2.0

/// The state dicts that are networks because of the names at the top of the document, whatever their own keys.
struct DeclaredNetworks {
  /// How the backbone lies in a network.
  struct Rule {
    /// What it may lie under; the first that some key has.
    var names: [Text]
    /// Whether a network in which nothing is known counts, as it stands.
    var takesUnknown: Bool
  }

  private var rules: [Text: Rule] = [:]

  /// What the layouts declare; where two name one state dict, the more special decides.
  init(_ top: TopNames, _ layouts: LayoutList) {
    for layout in layouts.all { rules.merge(layout.networks(top)) { first, _ in first } }
  }

  subscript(path: Text) -> Rule? { rules[path] }
}
