// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A front end with its tables made: one serves every utterance and thread.
///
/// Both front ends take waves in [-1, 1], in supervised training and in extraction alike. 3D-Speaker trains its
/// self-supervised networks on waves at int16 scale, as `DINOSet` does, and extracts at [-1, 1]; the network's instance
/// norm cancels the gain, except where its floor of 1e-6 under the logarithm is felt. Here one scale keeps what is learnt
/// and what is judged the same.
package struct FeatureExtractor: Sendable {
  package let frontEnd: FrontEnd
  private let mel: MelSpectrogram?
  private let fbank: KaldiFbank?

  package init(_ frontEnd: FrontEnd) {
    self.frontEnd = frontEnd
    mel = frontEnd == .mel ? MelSpectrogram() : nil
    fbank = frontEnd == .fbank ? KaldiFbank() : nil
  }

  /// (frames, 80): exactly what the network takes, of a wave at 16 kHz in [-1, 1].
  package func callAsFunction(_ samples: [Float]) throws(CheckpointError) -> FeatureMatrix {
    if let mel { return try mel(samples) }
    var features = try (fbank ?? KaldiFbank())(samples)
    features.subtractMean()
    return features
  }
}
