// SPDX-License-Identifier: Apache-2.0

/// Networks to look for: the first that recognises a state dict names it.
package struct BackboneFamilies: Sendable {
  package let all: [any BackboneFamily.Type]

  package init(_ all: [any BackboneFamily.Type]) { self.all = all }

  package static func + (list: Self, more: [any BackboneFamily.Type]) -> Self { Self(list.all + more) }

  /// Who knows a family.
  func type(of family: Backbone.Family) -> (any BackboneFamily.Type)? {
    all.first { $0.families.contains(family) }
  }

  func recognise(_ shapes: KeyShapes, embedding: Int?) -> Backbone? {
    for family in all {
      if let found = family.recognise(shapes, embedding: embedding) { return found }
    }
    return nil
  }

  func likeness(_ shapes: KeyShapes) -> BackboneLikeness? {
    let parts = shapes.firstParts
    var names: LayerNames?
    for family in all {
      guard 2 * family.firstParts.reduce(0, { $0 + (parts[$1] ?? 0) }) > shapes.keys.count else { continue }
      let known = names ?? shapes.names
      names = known
      if let found = family.likeness(shapes, known) { return found }
    }
    return nil
  }
}
