// SPDX-License-Identifier: Apache-2.0

/// Noise under a wave at a signal-to-noise ratio.
///
/// Noise and wave are equally long. The noise is multiplied by sqrt(10^((wave - noise - snr) / 10)), where a signal's
/// level is 10 log10(mean of squares + floor) dB.
package enum AddNoise {
  /// 3D-Speaker's `addnoise`: floor 1e-6, for waves in [-1, 1]; the sum is divided by (its largest magnitude + 1e-6).
  package static func normalised(_ wave: [Double], _ noise: [Double], snr: Double) -> [Double] {
    Level.normalised(sum(wave, noise, snr: snr, floor: 1e-6))
  }

  /// RDINO's: floor 1e-4, for waves at int16 scale; the sum as it is.
  package static func plain(_ wave: [Double], _ noise: [Double], snr: Double) -> [Double] {
    sum(wave, noise, snr: snr, floor: 1e-4)
  }

  private static func sum(_ wave: [Double], _ noise: [Double], snr: Double, floor: Double) -> [Double] {
    precondition(wave.count == noise.count)
    let difference = Level.decibels(wave, floor: floor) - Level.decibels(noise, floor: floor) - snr
    let gain = Level.ratio(difference).squareRoot()
    return zip(wave, noise).map { $0 + gain * $1 }
  }
}
