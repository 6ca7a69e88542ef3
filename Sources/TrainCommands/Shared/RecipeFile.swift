// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit
import Training

/// Reads a configuration of 3D-Speaker's.
enum RecipeFile {
  private static let largest = 1 << 20

  /// - Throws: `corrupt` where it is no YAML, with the line; what reading the file throws.
  static func read(_ path: String) throws(CheckpointError) -> TrainingRecipe {
    let text = try TextFile(path: path, limit: largest, subject: "a configuration")
    do throws(CheckpointError) {
      let value = try YAMLValue(text)
      guard value != .null else { throw CheckpointError(.corrupt, "it is empty") }
      return try TrainingRecipe(value)
    } catch { throw error.at(file: path) }
  }

  /// Says on standard error which keys of a configuration nothing was done with.
  static func note(_ recipe: TrainingRecipe, of path: String) {
    let unused = recipe.unused
    guard !unused.isEmpty else { return }
    let names = unused.map(Words.plain).joined(separator: ", ")
    Standard.error("note: of \(path) these are not used: \(names)\n")
  }
}
