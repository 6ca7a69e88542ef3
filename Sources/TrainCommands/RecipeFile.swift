// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit
import Training
import Yams

/// Reads a configuration of 3D-Speaker's.
enum RecipeFile {
  /// - Throws: `corrupt` where it is no YAML; what reading the file throws.
  static func read(_ path: String) throws(CheckpointError) -> TrainingRecipe {
    let bytes = try FileSystem.bytes(of: path, limit: 1 << 20)
    do throws(CheckpointError) {
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw CheckpointError(.corrupt, "it is not UTF-8 text")
      }
      return try TrainingRecipe(value(try compose(text)))
    } catch { throw error.at(file: path) }
  }

  /// Says on standard error which keys of a configuration nothing was done with.
  static func note(_ recipe: TrainingRecipe, of path: String) {
    let unused = recipe.unused
    guard !unused.isEmpty else { return }
    Standard.error("note: of \(path) these are not used: \(unused.joined(separator: ", "))\n")
  }

  private static func compose(_ text: String) throws(CheckpointError) -> Yams.Node {
    do {
      guard let node = try Yams.compose(yaml: text) else { throw CheckpointError(.corrupt, "it is empty") }
      return node
    } catch let error as CheckpointError {
      throw error
    } catch let error as YamlError {
      let line = String(describing: error).split(separator: "\n").first.map(String.init) ?? "unknown"
      throw CheckpointError(.corrupt, "it is no YAML: \(line)")
    } catch {
      throw CheckpointError(.corrupt, "it is no YAML")
    }
  }

  private static func value(_ node: Yams.Node) -> RecipeValue {
    switch node {
    case .mapping(let mapping):
      .map(mapping.map { .init(key: $0.key.string ?? "", value: value($0.value)) })
    case .sequence(let sequence): .list(sequence.map(value))
    case .scalar, .alias: scalar(node)
    }
  }

  private static func scalar(_ node: Yams.Node) -> RecipeValue {
    if node.null != nil { return .null }
    if let bool = node.bool { return .bool(bool) }
    if let int = node.int { return .int(int) }
    if let float = node.float { return .float(float) }
    return .text(node.string ?? "")
  }
}
