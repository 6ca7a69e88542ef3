// SPDX-License-Identifier: Apache-2.0

/// A network found in a document, and where its backbone lies: recognised by what it holds, not by its
/// neighbours.
package struct Branch: Sendable {
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
  /// Keys beside and among those of the backbone that go.
  var dropped: [DroppedPart]
  package var backbone: Backbone?
  /// What it looks like where layers of a backbone are missing.
  var likeness: BackboneLikeness?

  /// What the network is or looks like, on one line.
  package var summary: String? { backbone?.summary ?? likeness?.summary }

  /// The families that it can be of.
  var families: [Backbone.Family] { backbone.map { [$0.family] } ?? likeness?.families ?? [] }

  /// Whether it is called that: by its name, or the last component of it.
  func isCalled(_ wanted: Text) -> Bool { name == wanted || name.hasSuffix("/" + wanted) }

  /// Whether it is the document as it stands: nothing is around it, beside it or among its keys.
  var isBare: Bool { path.isEmpty && prefix.isEmpty && inside.isEmpty && !isModule }

  /// Whether a path of the document leads to one of the keys of its backbone.
  func holds(_ wanted: Text) -> Bool {
    let start = path.isEmpty ? prefix : path + "/" + prefix
    return wanted.hasPrefix(start) && !inside.contains { wanted.hasPrefix(start + $0) }
  }
}
