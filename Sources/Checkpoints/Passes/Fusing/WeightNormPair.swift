// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// The two tensors that weight norm keeps in place of one: its magnitude g and its direction v.
struct WeightNormPair {
  /// How PyTorch names them.
  enum Form {
    /// `fc.weight_g`, `fc.weight_v`: `torch.nn.utils.weight_norm`.
    case attributes
    /// `fc.parametrizations.weight.original0`, `original1`: `torch.nn.utils.parametrizations.weight_norm`.
    case parametrization
  }

  /// What the norm leaves out.
  enum Kept: Equatable {
    /// `dim`: one magnitude for each place along it.
    case dimension(Int)
    /// `dim=None`, or a dimension of size 1: one magnitude for all.
    case nothing
  }

  /// The module with its dot; empty at the top.
  var module: String
  /// Of the parameter: `weight`, `weight_hh_l0`.
  var name: String
  var kept: Kept

  var weight: String { module + name }

  func keys(_ form: Form) -> (magnitude: String, direction: String) {
    switch form {
    case .attributes: (module + name + "_g", module + name + "_v")
    case .parametrization:
      (module + "parametrizations.\(name).original0", module + "parametrizations.\(name).original1")
    }
  }

  /// The pairs of a state dict, in the order of their magnitudes; and the keys that are named like a magnitude, but
  /// whose shapes say that they are none.
  static func all(
    in state: StateDict, of document: Document, _ form: Form
  ) -> (pairs: [WeightNormPair], others: [String]) {
    var pairs: [WeightNormPair] = []
    var others: [String] = []
    for (key, node) in state.entries {
      guard let place = place(ofMagnitude: key, form) else { continue }
      var pair = WeightNormPair(module: place.module, name: place.name, kept: .nothing)
      guard let direction = state.entries[pair.keys(form).direction] else { continue }
      guard case .tensor(let g) = document[node], case .tensor(let v) = document[direction],
        g.dtype == v.dtype, FloatingPointCodec.targets.contains(g.dtype), let kept = kept(g.shape, v.shape),
        form == .attributes || isAlone(pair, in: state)
      else {
        others.append(key)
        continue
      }
      pair.kept = kept
      pairs.append(pair)
    }
    return (pairs, others)
  }

  private static func place(ofMagnitude key: String, _ form: Form) -> (module: String, name: String)? {
    var whole = key[...]
    switch form {
    case .attributes:
      guard whole.hasSuffix("_g"), !whole.hasSuffix("._g") else { return nil }
      whole = whole.dropLast(2)
    case .parametrization:
      guard whole.hasSuffix(".original0") else { return nil }
      whole = whole.dropLast(".original0".count)
    }
    let dot = whole.lastIndex(of: ".").map { whole.index(after: $0) } ?? whole.startIndex
    var module = whole[..<dot]
    if form == .parametrization {
      guard module == "parametrizations." || module.hasSuffix(".parametrizations.") else { return nil }
      module = module.dropLast("parametrizations.".count)
    }
    return dot == whole.endIndex ? nil : (String(module), String(whole[dot...]))
  }

  /// Whether nothing else is registered on the parameter: a second parametrization would be lost.
  private static func isAlone(_ pair: WeightNormPair, in state: StateDict) -> Bool {
    let prefix = pair.module + "parametrizations.\(pair.name)."
    return state.entries.keys.count { $0.hasPrefix(prefix) } == 2
  }

  /// g has the size of v along `dim` and 1 elsewhere, or no dimension at all (`torch.norm_except_dim`). Where all its
  /// sizes are 1, every dimension that can be meant has size 1 in v, and the norm is that of all elements.
  static func kept(_ g: [Int], _ v: [Int]) -> Kept? {
    if g.isEmpty { return .nothing }
    guard g.count == v.count else { return nil }
    let long = g.indices.filter { g[$0] != 1 }
    // One factor each is held in memory: no layer has so many that this is no guard.
    guard g.allSatisfy({ $0 <= NormPair.mostChannels }) else { return nil }
    if long.isEmpty { return v.contains(1) ? .nothing : nil }
    return long.count == 1 && g[long[0]] == v[long[0]] ? .dimension(long[0]) : nil
  }
}
