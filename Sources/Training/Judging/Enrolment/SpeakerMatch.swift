// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A speaker whom a voice was held against.
package struct SpeakerMatch: Sendable, Equatable {
  package var name: Text
  /// The cosine of the voice's embedding and the mean of the speaker's references.
  package var score: Double
}

extension Speakers {
  /// Everybody, the likest first; of equal scores the name that sorts first.
  ///
  /// - Precondition: the vector has the size of the references.
  package func matches(_ vector: [Float]) -> [SpeakerMatch] {
    names.map { SpeakerMatch(name: $0, score: CosineScoring.cosine(vector, mean(of: $0) ?? [])) }
      .sorted { ($1.score, $0.name) < ($0.score, $1.name) }
  }
}
