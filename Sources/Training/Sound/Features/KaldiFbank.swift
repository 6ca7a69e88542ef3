// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import Glibc

/// Kaldi's log mel filter bank energies: what 3D-Speaker's supervised networks take, once
/// `FeatureMatrix.subtractMean()` has been over it.
///
/// Each frame of 25 ms loses its mean, is pre-emphasised by 0.97 and weighted by the povey window, and its power spectrum
/// of 512 points goes through 80 filters from 20 Hz on. Waves stay in [-1, 1]; Kaldi itself would take them at 32768 times
/// that.
package struct KaldiFbank: Sendable {
  /// As `torchaudio.compliance.kaldi.fbank(num_mel_bins=80, sample_frequency=16000, dither=0)` computes them: in training
  /// and extraction by 3D-Speaker, modelscope, FunASR.
  package static let torchaudio = KaldiFbank(.snipped, high: 8000)
  /// As sherpa-onnx 2.0.1 feeds speaker networks (`sherpa-onnx/csrc/features.h`): kaldi-native-fbank with `high_freq` -400,
  /// below half of the rate, `snip_edges` false and `dither` 0.
  package static let sherpa = KaldiFbank(.mirrored, high: 7600)

  package static let bins = 80
  private static let fft = 512
  private static let preemphasis = 0.97
  /// The floor below the logarithm: float32's epsilon.
  private static let floor = 1.192_092_9e-07

  package let filters: MelFilters
  private let frames: KaldiFrames
  private let weights: [Double]

  /// - Parameter high: where the last filter ends, in Hz.
  private init(_ frames: KaldiFrames, high: Double) {
    self.frames = frames
    filters = .kaldi(count: Self.bins, low: 20, high: high, fft: Self.fft, rate: 16_000)
    weights = (0..<KaldiFrames.window).map { index in
      let hann = 0.5 - 0.5 * cos(2 * Double.pi * Double(index) / Double(KaldiFrames.window - 1))
      return pow(hann, 0.85)
    }
  }

  /// (frames, 80) log energies of a wave at 16 kHz, without mean normalisation.
  ///
  /// - Throws: `unsupported` where the wave is too short for one frame.
  package func callAsFunction(_ samples: [Float]) throws(CheckpointError) -> FeatureMatrix {
    let count = frames.count(samples.count)
    guard count > 0 else { throw FrontEnd.tooShort(samples.count, needs: frames.samples(1)) }
    guard var transform = RealFFT(count: Self.fft) else { throw FrontEnd.noMemory }

    var frame = [Double](repeating: 0, count: KaldiFrames.window)
    var padded = [Double](repeating: 0, count: Self.fft)
    var power = [Double](repeating: 0, count: Self.fft / 2 + 1)
    var energies = [Double](repeating: 0, count: Self.bins)
    var values: [Float] = []
    values.reserveCapacity(count * Self.bins)
    for index in 0..<count {
      frames.fill(&frame, index, of: samples)
      let mean = frame.reduce(0, +) / Double(KaldiFrames.window)
      // The first sample stands for the one before it.
      var previous = frame[0] - mean
      for n in 0..<KaldiFrames.window {
        let centred = frame[n] - mean
        padded[n] = (centred - Self.preemphasis * previous) * weights[n]
        previous = centred
      }
      transform.power(of: padded, into: &power)
      filters.apply(power, into: &energies)
      for energy in energies { values.append(Float(log(max(energy, Self.floor)))) }
    }
    return FeatureMatrix(values: values, bins: Self.bins)
  }
}
