// SPDX-License-Identifier: Apache-2.0

extension Backbone {
  /// Recognises a network; nil where no family fits, or keys and shapes do not tell every size.
  ///
  /// - Parameter embedding: the length of embeddings, taken where the last layer, which tells it, is not there.
  package init?(_ shapes: KeyShapes, embedding: Int? = nil, among families: BackboneFamilies = .standard) {
    guard let found = families.recognise(shapes, embedding: embedding) else { return nil }
    self = found
  }

  /// Recognises what a state dict holds below a prefix, which is empty or ends with its dot.
  public init?(_ state: StateDict, in document: Document, under prefix: Text = "") {
    self.init(KeyShapes(state, in: document, under: prefix))
  }
}

extension BackboneLikeness {
  package init?(_ shapes: KeyShapes, among families: BackboneFamilies = .standard) {
    guard let found = families.likeness(shapes) else { return nil }
    self = found
  }

  /// What a state dict holds below a prefix, which is empty or ends with its dot; nil where it looks like no network that
  /// is known.
  public init?(_ state: StateDict, in document: Document, under prefix: Text = "") {
    self.init(KeyShapes(state, in: document, under: prefix))
  }
}

extension Backbone {
  /// Why 3D-Speaker's class cannot be built in these sizes; nil where it can.
  ///
  /// What each class takes as an argument and what stands fixed in its code is read off `speakerlab/models/` of
  /// modelscope/3D-Speaker at 09e7806.
  public var upstreamNote: String? {
    let misfit = BackboneFamilies.standard.type(of: family)?.misfit(self)
    return misfit.map { "\($0): upstream's class cannot be built so; it loads here only" }
  }
}
