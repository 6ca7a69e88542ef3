// SPDX-License-Identifier: Apache-2.0

extension Branch {
  /// The passes that leave the backbone alone in the document; none where it is bare.
  var recipe: Recipe {
    var passes: [any Pass] = []
    if !path.isEmpty { passes.append(.take(path)) }
    if !prefix.isEmpty {
      passes.append(.under(prefix))
    } else if isModule {
      passes.append(.plain)
    }
    if !inside.isEmpty { passes.append(Drop(patterns: inside.map { $0 + "**" })) }
    return Recipe(passes)
  }
}
