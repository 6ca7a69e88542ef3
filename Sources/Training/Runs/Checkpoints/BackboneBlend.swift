// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Backbones between what a run began with and what it came to: weights and running statistics alike, by the arithmetic of
/// `resect merge --method lerp`, in double and rounded once. Counters are the end's, and so is what the run had drawn anew:
/// between a draw and what became of it lies nothing.
struct BackboneBlend {
  /// The points that are tried, as shares of the end.
  static let shares = (0...10).map { Double($0) / 10 }

  private let begun: Document
  private let end: Document

  /// - Parameters:
  ///   - end: in the network's order.
  ///   - start: gives keys, order and `_metadata`, as a run's checkpoints have them.
  init(_ begun: StartingWeights, to end: [StateEntry], like start: FinetuneStart) {
    self.begun = StateDictDocument.backbone(begun.entries(drawnAsIn: end), like: start)
    self.end = StateDictDocument.backbone(end, like: start)
  }

  /// - Parameter share: the end's, 0 to 1.
  func merge(_ share: Double) throws(CheckpointError) -> Merge {
    try Merge([begun, end], .lerp(t: share), options: .init(integers: .last))
  }

  /// The values of one of them.
  func parameters(_ share: Double) throws(CheckpointError) -> any ParameterSource {
    let document = try merge(share).document
    guard case .stateDict(let state) = document[document.root] else {
      throw CheckpointError(.misfit, "what was merged is no state dict")
    }
    return try LoadedParameters(state, in: document)
  }
}
