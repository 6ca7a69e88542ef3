// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// 3D-Speaker's speed perturbation: a faster or slower voice is another speaker, with a label of its own.
///
/// The speed changes as sox's effects `speed` and `rate` change it: the samples are taken to be 16000 times the factor a
/// second and resampled to 16000. A wave of n samples has n / factor afterwards, rounded to the nearest.
package enum SpeedPerturbation: String, Sendable, CaseIterable {
  /// As they are: N classes.
  case none
  /// Each speed equally likely, drawn by (seed, epoch, item): 3 N classes.
  case random
  /// 3 N classes and no change, as in large-margin fine-tuning (`lm: False`).
  case labelsOnly = "labels-only"

  package static let factors = [1.0, 0.9, 1.1]

  /// Classes that `speakers` become.
  package func classes(_ speakers: Int) -> Int { self == .none ? speakers : Self.factors.count * speakers }

  /// An index into `factors`.
  package func draw(_ random: inout KeyedRandom) -> Int {
    self == .random ? random.index(below: Self.factors.count) : 0
  }

  /// The class of a speaker at a speed: index + N * speed index.
  package static func label(_ speaker: Int, of speakers: Int, speed index: Int) -> Int {
    speaker + speakers * index
  }

  /// The wave at speed `index`; as it is where the factor is 1.
  package static func apply(_ index: Int, to wave: Waveform) throws(CheckpointError) -> Waveform {
    let rate = Int((Double(Waveform.modelRate) * factors[index]).rounded())
    return try Resampler.resample(
      Waveform(samples: wave.samples, sampleRate: rate), to: Waveform.modelRate)
  }
}
