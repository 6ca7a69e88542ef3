// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// What a backbone expects at its input. The two forms of ECAPA-TDNN have the same keys and shapes.
package enum FrontEnd: String, Sendable, CaseIterable {
  /// Power mels; the network takes their logarithm and normalises each utterance (RDINO, SDPN).
  case mel
  /// Kaldi log filter banks, each utterance's mean already taken off (supervised).
  case fbank
}

extension FrontEnd {
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
