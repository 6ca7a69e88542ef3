// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A room's impulse response over a wave.
package enum Reverb {
  /// 3D-Speaker's `addreverb`: the impulse response divided by its L2 norm, the convolution cut to the wave's length and
  /// divided by (its largest magnitude + 1e-6).
  ///
  /// - Throws: `corrupt` where the impulse response is silent.
  package static func normalised(_ wave: [Double], _ impulse: [Double]) throws(CheckpointError) -> [Double] {
    let norm = impulse.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard norm > 0 else { throw CheckpointError(.corrupt, "the impulse response is silent") }
    return Level.normalised(try WaveConvolution.cut(wave, impulse.map { $0 / norm }))
  }

  /// RDINO's: the impulse response times 10^(0.1 `gain`), the convolution cut to the wave's length.
  package static func scaled(
    _ wave: [Double], _ impulse: [Double], gain: Double
  ) throws(CheckpointError) -> [Double] {
    let scale = Level.ratio(gain)
    return try WaveConvolution.cut(wave, impulse.map { $0 * scale })
  }
}
