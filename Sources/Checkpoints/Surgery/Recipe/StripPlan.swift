// SPDX-License-Identifier: Apache-2.0

/// How the backbone comes out of a checkpoint: the layout that was found and why, the branch, the passes, and
/// what goes.
public struct StripPlan: Sendable {
  /// Something that goes.
  public typealias Dropped = DroppedPart

  /// What was recognised: the layout, and where in the document the backbone lies.
  package let found: FoundLayout
  /// The passes that leave the backbone alone; `apply(recipe.passes)` runs them.
  public let recipe: Recipe
  /// What goes, from the outside in.
  public let dropped: [Dropped]

  /// Plans how the branch that was found comes out of its document.
  init(_ found: FoundLayout, of document: Document) {
    self.found = found
    recipe = found.branch.recipe
    var dropped: [Dropped] = []
    var place = document.root
    var walked: Text = ""
    for component in ValuePath(found.branch.path).components {
      let children = document.children(of: place)
      for child in children where child.component != component {
        dropped.append(
          .init(path: walked + child.component, tensors: document.tensorCount(below: child.node)))
      }
      place = children.first { $0.component == component }?.node ?? place
      walked += component + "/"
    }
    self.dropped = dropped + found.branch.dropped
  }

  /// The layout's name.
  public var layout: String { found.name }
  /// The layout's page: `docs/layouts/<page>.md`.
  public var page: String { found.page }
  /// Why it is this layout, a line each.
  public var evidence: [String] { found.evidence }
  /// The branch that is taken; nil where the file has one network and no names for it.
  public var branch: Text? { found.branch.name.isEmpty ? nil : found.branch.name }
  /// The branches that the file has.
  public var branches: [Text] { found.branches }
  /// How many keys stay.
  public var kept: Int { found.branch.kept }
  /// What the backbone is, if that is known.
  public var backbone: Backbone? { found.branch.backbone }
  /// What it looks like where layers of it are missing.
  public var likeness: BackboneLikeness? { found.branch.likeness }
  /// What the backbone is or looks like, on one line; nil where that is not known.
  public var summary: String? { found.branch.summary }
}

extension Document {
  /// Finds the layout and the passes that leave the backbone alone. `apply(plan.recipe.passes)` runs them.
  ///
  /// - Parameter branch: which network; nil takes the teacher, the moving average, or the only one there is.
  /// - Throws: `absentBranch`, with the branches that there are; `alreadyBare` where nothing is to be done;
  ///   `ambiguous` where neither is among several; `unknownLayout`, with what the file holds and passes to
  ///   write by hand.
  public func stripPlan(branch: Text? = nil) throws(CheckpointError) -> StripPlan {
    try stripPlan(branch: branch, layouts: .standard)
  }

  /// The same with layouts of one's own.
  func stripPlan(branch: Text? = nil, layouts: LayoutList) throws(CheckpointError) -> StripPlan {
    try StripPlan(Recognition(self, wanting: branch, layouts: layouts).toStrip(), of: self)
  }
}
