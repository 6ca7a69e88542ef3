// SPDX-License-Identifier: Apache-2.0
import Checkpoints

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
