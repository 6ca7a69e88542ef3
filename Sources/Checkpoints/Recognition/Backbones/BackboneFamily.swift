// SPDX-License-Identifier: Apache-2.0

/// A network that keys and shapes tell, or a few of one kind: all that is known of it, in one file.
///
/// The comment of a family has the rows that tell its networks in `docs/layouts/known-backbone.md` and `docs/passes/fuse.md`; a
/// test holds the pages to them, and writes them with `RECORD=1`.
package protocol BackboneFamily: Sendable {
  /// What it is called; several where a size or a layer tells networks apart that are built alike.
  static var families: [Backbone.Family] { get }

  /// What keys have before their first dot. Only where most keys of a state dict begin so is it asked for a likeness:
  /// a network of another project that shares a name or two is not taken for this one. Empty for what is never told in
  /// part.
  static var firstParts: [Text] { get }

  /// The network with all its sizes; nil where it is another one, or its keys and shapes do not tell every size.
  ///
  /// - Parameter embedding: the length of embeddings, taken where the last layer, which tells it, is not there.
  static func recognise(_ shapes: KeyShapes, embedding: Int?) -> Backbone?

  /// What is left of a network that layers are missing from; nil where it is another one.
  ///
  /// - Parameter names: those of `shapes`.
  static func likeness(_ shapes: KeyShapes, _ names: LayerNames) -> BackboneLikeness?

  /// The size that upstream's class cannot be built in; nil where it can be built.
  static func misfit(_ backbone: Backbone) -> String?

  /// Where its batch norms stand. A checkpoint does not tell what is computed between two modules, so that this is read
  /// off upstream's code.
  static func norms(of family: Backbone.Family) -> NormPlaces
}

extension BackboneFamily {
  package static func likeness(_ shapes: KeyShapes, _ names: LayerNames) -> BackboneLikeness? { nil }

  package static func misfit(_ backbone: Backbone) -> String? { nil }
}

extension Backbone {
  /// `scale 4, not 2` where a size is told and another than upstream's code has in it.
  func difference(_ name: String, from fixed: [Int]) -> String? {
    guard let own = sizes[name], own != fixed else { return nil }
    return "\(name) \(Self.words(own)), not \(Self.words(fixed))"
  }
}
