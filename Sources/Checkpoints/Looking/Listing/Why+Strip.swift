// SPDX-License-Identifier: Apache-2.0

extension Document {
  /// Follows one key through a recipe, or without one through that of `stripPlan()`.
  public func why(_ key: Text, given recipe: Recipe?) throws(CheckpointError) -> WhyReport {
    do throws(CheckpointError) {
      if let recipe { return try why(key, recipe.passes) }
      return try why(key, stripPlan().recipe.passes)
    } catch { throw error.at(file: source?.file) }
  }
}
