// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension NetworkConfiguration {
  /// The sizes that a backbone's keys and shapes tell.
  ///
  /// - Throws: `misfit` for a classifier, and for sizes that make no network that features can go through; `limit` for a
  ///   network that would not fit into memory.
  package init(_ backbone: Backbone, among families: NetworkFamilies = .standard) throws(CheckpointError) {
    guard backbone.mels == FrontEnd.bins else {
      throw CheckpointError(
        .misfit,
        "the network takes \(backbone.mels ?? 0) mel bins; the front ends here give \(FrontEnd.bins)")
    }
    let numbers = backbone.sizes.values.joined() + [backbone.embedding]
    guard numbers.allSatisfy({ (0...Self.mostChannels).contains($0) }) else { throw Self.tooLarge }
    guard let family = families.family(backbone.family) else {
      throw CheckpointError(
        .misfit, "it is a \(backbone.family.rawValue), no backbone",
        hint: "the `\(ThreeDSpeaker.file(ThreeDSpeaker.backbone))` beside it")
    }
    guard let sizes = family.sizes.init(backbone), sizes.isSound else {
      throw CheckpointError(
        .misfit, "the sizes that keys and shapes tell do not make a \(backbone.family.rawValue)")
    }
    self.init(sizes)
    try checkSize()
  }

  /// Beyond it products of sizes would overflow before they could be judged.
  private static let mostChannels = 1 << 16

  /// - Throws: `limit` for a network that would not fit into memory.
  package func checkSize() throws(CheckpointError) {
    let count = try slots.reduce(0.0) { $0 + $1.shape.reduce(1.0) { $0 * Double($1) } }
    guard count < StateSlot.mostParameters else { throw Self.tooLarge }
  }

  private static var tooLarge: CheckpointError {
    CheckpointError(
      .limit, "a network of these sizes has more than \(Int(StateSlot.mostParameters)) parameters")
  }
}
