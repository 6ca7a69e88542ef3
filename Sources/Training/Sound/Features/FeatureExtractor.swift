// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A front end with its tables made: one serves every utterance and thread.
///
/// Every front end takes waves in [-1, 1], in supervised training and in extraction alike. 3D-Speaker trains its
/// self-supervised networks on waves at int16 scale, as `DINOSet` does, and extracts at [-1, 1]; the network's instance
/// norm cancels the gain, except where its floor of 1e-6 under the logarithm is felt. Here one scale keeps what is learnt
/// and what is judged the same.
package struct FeatureExtractor: Sendable {
  private enum Maker {
    case mel(MelSpectrogram)
    case fbank(KaldiFbank)
  }

  package let frontEnd: FrontEnd
  private let maker: Maker

  package init(_ frontEnd: FrontEnd) {
    self.frontEnd = frontEnd
    maker =
      switch frontEnd {
      case .mel: .mel(MelSpectrogram())
      case .fbank: .fbank(.torchaudio)
      case .fbankSherpa: .fbank(.sherpa)
      }
  }

  /// (frames, 80): exactly what the network takes, of a wave at 16 kHz in [-1, 1].
  package func callAsFunction(_ samples: [Float]) throws(CheckpointError) -> FeatureMatrix {
    switch maker {
    case .mel(let mel): return try mel(samples)
    case .fbank(let fbank):
      var features = try fbank(samples)
      features.subtractMean()
      return features
    }
  }
}
