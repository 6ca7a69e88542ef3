// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What turns a wave into a network's input.
///
/// Both take waves in [-1, 1], in training and in extraction alike. 3D-Speaker trains its self-supervised networks
/// on waves at int16 scale and extracts at [-1, 1]; the network's instance norm cancels the gain, except where its
/// floor of 1e-6 under the logarithm is felt. One scale for both keeps what is learnt and what is judged the same.
package enum FrontEnd: String, Sendable, CaseIterable, Codable {
  /// Power mels, for the self-supervised form that does logarithm and instance norm inside.
  case mel
  /// Kaldi log filter bank energies, mean over time taken away, for the supervised form.
  case fbank

  /// Values in a frame, for both.
  package static let bins = 80

  /// How many frames a wave of `samples` at 16 kHz gives; 0 where it is too short.
  package func frames(of samples: Int) -> Int {
    switch self {
    case .mel: MelSpectrogram.frames(of: samples)
    case .fbank: KaldiFbank.frames(of: samples)
    }
  }

  static func tooShort(_ samples: Int, needs: Int) -> CheckpointError {
    CheckpointError(
      .unsupported, "\(samples) samples at 16 kHz are too short for one frame: \(needs) are needed",
      hint: "leave recordings shorter than \(needs * 1000 / 16_000 + 1) ms out")
  }

  static let noMemory = CheckpointError(.limit, "no memory for the Fourier transform's tables")
}

/// A front end with its tables made: one serves every utterance and thread.
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
