// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A bank of triangular filters over power-spectrum bins; only the weights above zero are kept.
package struct MelFilters: Sendable {
  package struct Filter: Sendable {
    /// The first spectrum bin with a weight.
    package var first: Int
    package var weights: [Double]
  }

  package let filters: [Filter]

  package var count: Int { filters.count }

  /// The energy of each filter: the weighted sums of `power`.
  func apply(_ power: [Double], into energies: inout [Double]) {
    for (index, filter) in filters.enumerated() {
      var sum = 0.0
      for (offset, weight) in filter.weights.enumerated() { sum += weight * power[filter.first + offset] }
      energies[index] = sum
    }
  }

  /// The full rows of the bank, `spectrum` weights each.
  package func rows(spectrum: Int) -> [[Double]] {
    filters.map { filter in
      var row = [Double](repeating: 0, count: spectrum)
      for (offset, weight) in filter.weights.enumerated() { row[filter.first + offset] = weight }
      return row
    }
  }

  private init(count: Int, spectrum: Int, weight: (_ filter: Int, _ bin: Int) -> Double) {
    filters = (0..<count).map { filter in
      let weights = (0..<spectrum).map { max(0, weight(filter, $0)) }
      guard let first = weights.firstIndex(where: { $0 > 0 }), let last = weights.lastIndex(where: { $0 > 0 })
      else { return Filter(first: 0, weights: []) }
      return Filter(first: first, weights: Array(weights[first...last]))
    }
  }

  /// Kaldi's bank (`torchaudio.compliance.kaldi.get_mel_banks`): triangles in the mel domain, mel = 1127 ln(1 + f/700),
  /// over the bins 0..<fft/2; the bin at half the rate has no weight.
  static func kaldi(count: Int, low: Double, high: Double, fft: Int, rate: Double) -> MelFilters {
    func mel(_ hertz: Double) -> Double { 1127 * log(1 + hertz / 700) }
    let step = (mel(high) - mel(low)) / Double(count + 1)
    return MelFilters(count: count, spectrum: fft / 2) { filter, bin in
      let left = mel(low) + Double(filter) * step
      let here = mel(Double(bin) * rate / Double(fft))
      let (rise, fall) = ((here - left) / step, (left + 2 * step - here) / step)
      return min(rise, fall)
    }
  }

  /// torchaudio's bank (`melscale_fbanks`, HTK scale, no area norm): triangles in Hz between points that are evenly
  /// spaced in mel = 2595 log10(1 + f/700), over the bins 0...fft/2.
  static func htk(count: Int, low: Double, high: Double, fft: Int, rate: Double) -> MelFilters {
    func mel(_ hertz: Double) -> Double { 2595 * log10(1 + hertz / 700) }
    let points = (0..<count + 2).map { index in
      let at = mel(low) + (mel(high) - mel(low)) * Double(index) / Double(count + 1)
      return 700 * (pow(10, at / 2595) - 1)
    }
    return MelFilters(count: count, spectrum: fft / 2 + 1) { filter, bin in
      let hertz = Double(bin) * rate / Double(fft)
      let rise = (hertz - points[filter]) / (points[filter + 1] - points[filter])
      let fall = (points[filter + 2] - hertz) / (points[filter + 2] - points[filter + 1])
      return min(rise, fall)
    }
  }
}
