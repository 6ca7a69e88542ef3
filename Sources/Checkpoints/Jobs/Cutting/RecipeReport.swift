// SPDX-License-Identifier: Apache-2.0

/// The passes that `strip` would run: what `resect strip --print-recipe` prints.
public struct RecipeReport: Codable, Sendable {
  /// Rises when a name goes or changes its meaning.
  public var schema = 1
  /// The path that was opened, as it was given.
  public var file: String
  /// The name of the layout that was found.
  public var layout: String
  /// Recipe lines, in order; `resect edit` takes them.
  public var passes: [String]

  /// Throws what `stripPlan(branch:)` throws.
  public init(_ document: Document, branch: Text?) throws(CheckpointError) {
    file = document.source?.file ?? ""
    do throws(CheckpointError) {
      let plan = try document.stripPlan(branch: branch)
      layout = plan.layout
      passes = plan.recipe.passes.map(\.description)
    } catch { throw error.at(file: file) }
  }
}
