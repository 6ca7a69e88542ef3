// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// How features are made of a recording. A backbone's file tells at most whether it takes power mels or filter banks: the
/// two forms of ECAPA-TDNN have the same keys and shapes.
package enum FrontEnd: String, Sendable, CaseIterable {
  /// Power mels; the network takes their logarithm and normalises each utterance (RDINO, SDPN).
  case mel
  /// Kaldi log filter banks, each utterance's mean already taken off (supervised).
  case fbank
  /// The same as sherpa-onnx computes them: up to 7600 Hz, and windows beyond the edges see the wave mirrored.
  case fbankSherpa = "fbank-sherpa"

  /// The form of ECAPA-TDNN that takes it.
  package var form: Backbone.FrontEnd { self == .mel ? .mel : .fbank }

  /// The words, for a help text: `mel, fbank or fbank-sherpa`.
  package static let words = "mel, fbank or fbank-sherpa"
}

extension FrontEnd {
  /// Values in a frame, for all.
  package static let bins = 80

  /// How many frames a wave of `samples` at 16 kHz gives; 0 where it is too short.
  package func frames(of samples: Int) -> Int {
    switch self {
    case .mel: MelSpectrogram.frames(of: samples)
    case .fbank: KaldiFrames.snipped.count(samples)
    case .fbankSherpa: KaldiFrames.mirrored.count(samples)
    }
  }

  /// The shortest wave that gives `frames`, at least one, as far as a wave may be so short.
  package func samples(for frames: Int) -> Int {
    switch self {
    case .mel: (frames - 1) * MelSpectrogram.hop
    case .fbank: KaldiFrames.snipped.samples(frames)
    case .fbankSherpa: KaldiFrames.mirrored.samples(frames)
    }
  }

  static func tooShort(_ samples: Int, needs: Int) -> CheckpointError {
    CheckpointError(
      .unsupported, "\(samples) samples at 16 kHz are too short for one frame: \(needs) are needed",
      hint: "leave recordings shorter than \(needs * 1000 / 16_000 + 1) ms out")
  }

  static let noMemory = CheckpointError(.limit, "no memory for the Fourier transform's tables")
}
