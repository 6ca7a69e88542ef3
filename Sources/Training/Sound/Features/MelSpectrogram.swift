// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import Glibc

/// Power mel spectra, as `torchaudio.transforms.MelSpectrogram(sample_rate=16000, n_fft=512, win_length=400,
/// hop_length=160, n_mels=80)` computes them: what 3D-Speaker's self-supervised networks take; their logarithm and
/// instance norm are inside the network.
///
/// Frames of 512 samples centred every 10 ms on the wave, mirrored at its ends, under a periodic Hann window of 25 ms;
/// power spectrum; 80 HTK filters from 0 to 8000 Hz.
package struct MelSpectrogram: Sendable {
  package static let bins = 80
  package static let hop = 160
  private static let window = 400
  private static let fft = 512

  package let filters: MelFilters
  private let weights: [Double]

  package init() {
    filters = .htk(count: Self.bins, low: 0, high: 8000, fft: Self.fft, rate: 16_000)
    let margin = (Self.fft - Self.window) / 2
    weights = (0..<Self.fft).map { index in
      guard (margin..<margin + Self.window).contains(index) else { return 0 }
      return 0.5 - 0.5 * cos(2 * Double.pi * Double(index - margin) / Double(Self.window))
    }
  }

  /// The shortest wave that can be mirrored at its ends.
  package static let shortest = fft / 2 + 1

  /// How many frames a wave of `samples` gives: 1 + samples / 160, or none.
  package static func frames(of samples: Int) -> Int {
    samples < shortest ? 0 : 1 + samples / hop
  }

  /// (frames, 80) mel energies of a wave at 16 kHz. `FeatureMatrix.binMajor()` is torchaudio's own (80, frames).
  ///
  /// - Throws: `unsupported` where the wave is too short to be mirrored: 256 samples or fewer.
  package func callAsFunction(_ samples: [Float]) throws(CheckpointError) -> FeatureMatrix {
    let frames = Self.frames(of: samples.count)
    guard frames > 0 else { throw FrontEnd.tooShort(samples.count, needs: Self.shortest) }
    guard var transform = RealFFT(count: Self.fft) else { throw FrontEnd.noMemory }

    let last = samples.count - 1
    var weighted = [Double](repeating: 0, count: Self.fft)
    var power = [Double](repeating: 0, count: Self.fft / 2 + 1)
    var energies = [Double](repeating: 0, count: Self.bins)
    var values: [Float] = []
    values.reserveCapacity(frames * Self.bins)
    for index in 0..<frames {
      let start = index * Self.hop - Self.fft / 2
      for n in 0..<Self.fft {
        var at = abs(start + n)
        if at > last { at = 2 * last - at }
        weighted[n] = Double(samples[at]) * weights[n]
      }
      transform.power(of: weighted, into: &power)
      filters.apply(power, into: &energies)
      for energy in energies { values.append(Float(energy)) }
    }
    return FeatureMatrix(values: values, bins: Self.bins)
  }
}
