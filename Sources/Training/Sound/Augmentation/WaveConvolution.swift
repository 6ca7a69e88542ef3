// SPDX-License-Identifier: Apache-2.0
import CKissFFT
package import Checkpoints

/// Convolution of a wave with an impulse response.
package enum WaveConvolution {
  /// The full convolution, cut to the wave's length: y[n] = sum over k <= n of wave[n - k] impulse[k].
  ///
  /// Computed through Fourier transforms in Double, the same whatever runs beside it.
  /// - Throws: `limit` where there is no memory for the transform.
  package static func cut(_ wave: [Double], _ impulse: [Double]) throws(CheckpointError) -> [Double] {
    // What the impulse response holds after the wave's end reaches no sample that is kept.
    let held = min(impulse.count, wave.count)
    var result = [Double](repeating: 0, count: wave.count)
    guard held > 0 else { return result }
    let done = unsafe resect_convolve(wave, wave.count, impulse, held, &result, wave.count)
    guard done != 0 else { throw FrontEnd.noMemory }
    return result
  }
}
