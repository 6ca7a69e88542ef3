// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Where a configuration of 3D-Speaker's has the value of an option.
struct RecipeKey: Sendable, ExpressibleByStringLiteral {
  /// The first of these paths that has a value.
  let paths: [String]
  /// Only where the object at the beginning of the path is of this class.
  let ofClass: String?

  init(_ paths: String..., of ofClass: String? = nil) {
    self.paths = paths
    self.ofClass = ofClass
  }

  init(stringLiteral path: String) { self.init(path) }
}

extension TrainingRecipe {
  /// The value under a key, as `value` takes it from paths; nil where there is none.
  func read<Value>(
    _ key: RecipeKey, _ value: (_ paths: [String]) throws(CheckpointError) -> Value?
  ) throws(CheckpointError) -> Value? {
    if let wanted = key.ofClass, let name = key.paths.first?.split(separator: "/").first {
      guard try object(String(name)) == wanted else { return nil }
    }
    return try value(key.paths)
  }
}
