// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import CSoxr

/// Changes the rate of a waveform with libsoxr, the resampler behind sox's `rate` effect, at its default quality
/// (`SOXR_HQ`, 20 bits).
package enum Resampler {
  /// The lowest and highest rate taken, in samples a second.
  package static let rates = 1_000...768_000

  /// The waveform at `rate`; the same samples where it has that rate already.
  ///
  /// The result has `samples * rate / sampleRate` samples, rounded to the nearest.
  package static func resample(_ wave: Waveform, to rate: Int) throws(CheckpointError) -> Waveform {
    if wave.sampleRate == rate || wave.samples.isEmpty {
      return Waveform(samples: wave.samples, sampleRate: rate)
    }
    guard rates.contains(wave.sampleRate), rates.contains(rate) else {
      throw CheckpointError(
        .unsupported, "cannot resample from \(wave.sampleRate) to \(rate) Hz",
        hint: "rates from \(rates.lowerBound) to \(rates.upperBound) Hz")
    }
    let samples = try convert(wave.samples, by: (Double(wave.sampleRate), Double(rate)))
    return Waveform(samples: samples, sampleRate: rate)
  }

  private static func convert(
    _ input: [Float], by rates: (from: Double, to: Double)
  ) throws(CheckpointError) -> [Float] {
    let count = Int((Double(input.count) * rates.to / rates.from).rounded())
    var output = [Float](repeating: 0, count: count)
    var done = 0
    var io = unsafe soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I)
    var quality = unsafe soxr_quality_spec(UInt(SOXR_20_BITQ), 0)
    // One thread: the loader has its own, and results must not depend on how many there are.
    var runtime = unsafe soxr_runtime_spec(1)
    let failure = unsafe soxr_oneshot(
      rates.from, rates.to, 1, input, input.count, nil, &output, count, &done, &io, &quality, &runtime)
    if let failure = unsafe failure {
      throw CheckpointError(.unsupported, unsafe "libsoxr cannot resample: \(String(cString: failure))")
    }
    // soxr may give a sample less than the rounded length; silence stands in for it.
    return output
  }
}
