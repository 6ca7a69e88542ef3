// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import Glibc

/// Kaldi's log mel filter bank energies, as `torchaudio.compliance.kaldi.fbank(num_mel_bins=80,
/// sample_frequency=16000, dither=0)` computes them: what 3D-Speaker's supervised networks take, once
/// `FeatureMatrix.subtractMean()` has been over it.
///
/// Frames of 25 ms every 10 ms, only where they fit (`snip_edges`); each loses its mean, is pre-emphasised by 0.97 and
/// weighted by the povey window, and its power spectrum of 512 points goes through 80 filters from 20 to 8000 Hz.
/// Waves stay in [-1, 1]; Kaldi itself would take them at 32768 times that.
package struct KaldiFbank: Sendable {
  package static let bins = 80
  package static let window = 400
  package static let hop = 160
  private static let fft = 512
  private static let preemphasis = 0.97
  /// The floor below the logarithm: float32's epsilon.
  private static let floor = 1.192_092_9e-07

  package let filters: MelFilters
  private let weights: [Double]

  package init() {
    filters = .kaldi(count: Self.bins, low: 20, high: 8000, fft: Self.fft, rate: 16_000)
    weights = (0..<Self.window).map { index in
      let hann = 0.5 - 0.5 * cos(2 * Double.pi * Double(index) / Double(Self.window - 1))
      return pow(hann, 0.85)
    }
  }

  /// How many frames a wave of `samples` gives: 1 + (samples - 400) / 160, or none.
  package static func frames(of samples: Int) -> Int {
    samples < window ? 0 : 1 + (samples - window) / hop
  }

  /// (frames, 80) log energies of a wave at 16 kHz, without mean normalisation.
  ///
  /// - Throws: `unsupported` where the wave is shorter than one window, 25 ms.
  package func callAsFunction(_ samples: [Float]) throws(CheckpointError) -> FeatureMatrix {
    let frames = Self.frames(of: samples.count)
    guard frames > 0 else { throw FrontEnd.tooShort(samples.count, needs: Self.window) }
    guard var transform = RealFFT(count: Self.fft) else { throw FrontEnd.noMemory }

    var frame = [Double](repeating: 0, count: Self.window)
    var padded = [Double](repeating: 0, count: Self.fft)
    var power = [Double](repeating: 0, count: Self.fft / 2 + 1)
    var energies = [Double](repeating: 0, count: Self.bins)
    var values: [Float] = []
    values.reserveCapacity(frames * Self.bins)
    for index in 0..<frames {
      let start = index * Self.hop
      var sum = 0.0
      for n in 0..<Self.window {
        frame[n] = Double(samples[start + n])
        sum += frame[n]
      }
      let mean = sum / Double(Self.window)
      // The first sample stands for the one before it.
      var previous = frame[0] - mean
      for n in 0..<Self.window {
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
