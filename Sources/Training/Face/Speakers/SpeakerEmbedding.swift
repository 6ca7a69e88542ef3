// SPDX-License-Identifier: Apache-2.0
public import Checkpoints

/// What a model made of a voice: a vector whose direction tells it from others.
public struct SpeakerEmbedding: Sendable, Hashable {
  /// As the model gave them, of any length; a mean of several has at most length 1. As many for every voice.
  public let values: [Float]
  let origin: Speakers.Origin

  init(values: [Float], origin: Speakers.Origin) { (self.values, self.origin) = (values, origin) }

  /// The cosine of the angle between both, -1 to 1: the higher, the likelier they are of one speaker.
  ///
  /// - Throws: `misfit` where two models, or two kinds of features, made them: such a number would mean nothing.
  public func similarity(to other: SpeakerEmbedding) throws(CheckpointError) -> Double {
    guard origin == other.origin, values.count == other.values.count else {
      throw CheckpointError(
        .misfit, "another model or other features made the other embedding",
        hint: "embed both with one `SpeakerModel`")
    }
    return CosineScoring.cosine(values, other.values)
  }
}
