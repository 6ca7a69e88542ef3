// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// What stands between the embedding and the last layer of 3D-Speaker's classifiers: `num_blocks` layers of `inter_dim`
/// outputs each.
package struct ClassifierBlocks: Sendable, Equatable {
  /// `num_blocks`.
  package var count: Int
  /// `inter_dim`; of no meaning without blocks.
  package var width: Int

  package static let none = ClassifierBlocks(count: 0)
  /// Upstream's default of `inter_dim`.
  package static let usualWidth = 512

  package init(count: Int, width: Int = usualWidth) {
    self.count = count
    self.width = width
  }

  package static func == (a: ClassifierBlocks, b: ClassifierBlocks) -> Bool {
    a.count == b.count && (a.count == 0 || a.width == b.width)
  }

  /// The values that the last layer takes.
  func outputs(of embedding: Int) -> Int { count > 0 ? width : embedding }

  /// - Throws: `misfit` for a width of nothing, `limit` for more parameters than any network may have.
  func check(embedding: Int, classes: Int) throws(CheckpointError) {
    guard count >= 0, count == 0 || width > 0 else {
      throw CheckpointError(.misfit, "these are no blocks of a classifier: \(text)")
    }
    guard count > 0 else { return }
    let (inputs, inner, outputs) = (Double(embedding), Double(width), Double(classes))
    guard inner * (inputs + Double(count - 1) * inner + outputs) < StateSlot.mostParameters else {
      throw CheckpointError(
        .limit, "a classifier of \(text) has more than \(Int(StateSlot.mostParameters)) parameters"
      )
    }
  }

  /// `2 blocks of 512`.
  package var text: String {
    switch count {
    case 0: "no blocks"
    case 1: "1 block of \(width)"
    default: "\(count) blocks of \(width)"
    }
  }

  /// The modules that `_metadata` names, in PyTorch's order.
  package func modules(_ kind: ClassifierKind) -> [String] {
    let inner = (0..<count).flatMap { index in
      ["", ".linear", ".nonlinear", ".nonlinear.batchnorm"].map { "blocks.\(index)\($0)" }
        + (kind == .linear ? ["blocks.\(index).nonlinear.relu"] : [])
    }
    switch kind {
    case .cosine: return ThreeDSpeaker.cosineModules.map(\.shown) + inner
    case .linear:
      // `blocks`, and what it holds, stands before the ReLU and the last layer.
      return ThreeDSpeaker.linearModules.map(\.shown).flatMap { $0 == "blocks" ? [$0] + inner : [$0] }
    }
  }
}
