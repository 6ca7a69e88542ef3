// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A network found in a document, and where its backbone lies: recognised by what it holds, not by its
/// neighbours.
struct Branch: Sendable {
  /// Keys beside the backbone that a rule takes away.
  struct Part: Hashable, Sendable {
    /// `module.head.`, or a whole key.
    var prefix: Text
    var tensors: Int
  }

  /// `teacher`; the path of the state dict, or the name that its keys begin with.
  /// Empty for the document itself.
  var name: Text
  /// The path of the state dict.
  var path: Text
  /// What every key of the backbone begins with; empty where it lies bare.
  var prefix: Text
  /// The wrappers among that: `module.`, `_orig_mod.`.
  var wrappers: [Text]
  /// Whether `backbone.` lies beside `head.`, `dino_head.` or `ibot_head.`.
  var hasHead: Bool
  /// What goes of the keys that begin with `prefix`, by what comes after it.
  var inside: [Text]
  /// Whether the document holds a whole pickled module here.
  var isModule: Bool
  var kept: Int
  var dropped: [Part]
  var backbone: Backbone?
  /// What it looks like where layers of a backbone are missing.
  var likeness: BackboneLikeness?

  /// What the network is or looks like, on one line.
  var summary: String? { backbone?.summary ?? likeness?.summary }

  /// The families that it can be of.
  var families: [Backbone.Family] { backbone.map { [$0.family] } ?? likeness?.families ?? [] }

  /// Whether it is called that: by its name, or the last component of it.
  func isCalled(_ wanted: Text) -> Bool { name == wanted || name.hasSuffix("/" + wanted) }

  /// The passes that leave the backbone alone in the document.
  var recipe: [any Pass] {
    var passes: [any Pass] = []
    if !path.isEmpty { passes.append(.take(path)) }
    if !prefix.isEmpty {
      passes.append(.under(prefix))
    } else if isModule {
      passes.append(.plain)
    }
    if !inside.isEmpty { passes.append(Drop(patterns: inside.map { $0 + "**" })) }
    return passes
  }
}
