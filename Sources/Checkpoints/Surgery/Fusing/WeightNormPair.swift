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
  var module: Text
  /// Of the parameter: `weight`, `weight_hh_l0`.
  var name: Text
  var kept: Kept

  var weight: Text { module + name }

  func keys(_ form: Form) -> (magnitude: Text, direction: Text) {
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
  ) -> (pairs: [WeightNormPair], others: [Text]) {
    var pairs: [WeightNormPair] = []
    var others: [Text] = []
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

  private static func place(ofMagnitude key: Text, _ form: Form) -> (module: Text, name: Text)? {
    guard let whole = key.dropping(suffix: form == .attributes ? "_g" : ".original0") else { return nil }
    let name = whole.suffix(after: ".")
    guard !name.isEmpty else { return nil }
    let module = whole.dropLast(name.count)
    if form == .attributes { return (module, name) }
    guard module == "parametrizations." || module.hasSuffix(".parametrizations.") else { return nil }
    return (module.dropLast("parametrizations.".utf8.count), name)
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
