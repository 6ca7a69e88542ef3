// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The augmentation of 3D-Speaker's supervised recipes (`SpkVeriAug`): with some probability one of noise, reverb, and
/// reverb then noise, each equally likely.
///
/// A noise that is longer than the wave is cut at a random place, a shorter one is repeated. Upstream stretches a short
/// one instead, by holding each sample (`numpy.repeat`).
package struct SpeakerAugmentation: Sendable {
  /// What may be done to a wave.
  package enum Kind: Sendable, Equatable {
    case noise, reverb, reverbThenNoise

    var hasReverb: Bool { self != .noise }
    var hasNoise: Bool { self != .reverb }
  }

  /// What is done to one wave.
  package struct Draw: Sendable, Equatable {
    package var kind: Kind
    package var noise: Int
    /// Where the noise is cut, from 0 to below 1.
    package var place: Double
    /// Decibels.
    package var snr: Double
    package var impulse: Int
  }

  package let probability: Double
  package let noises: SoundList?
  package let impulses: ImpulseResponses?
  private let kinds: [Kind]

  package static let ratios = 0.0...15.0

  /// - Throws: `wrongWords` for a probability outside 0...1, or above 0 with nothing to augment with.
  package init(
    probability: Double, noises: SoundList?, impulses: ImpulseResponses?
  ) throws(CheckpointError) {
    guard (0...1).contains(probability) else {
      throw CheckpointError(.wrongWords, "a probability of \(probability) to augment; it must be 0 to 1")
    }
    guard probability == 0 || noises != nil || impulses != nil else {
      throw CheckpointError(
        .wrongWords, "there is nothing to augment with",
        hint: "a list of noises, of impulse responses, or both")
    }
    self.probability = probability
    self.noises = noises
    self.impulses = impulses
    switch (noises, impulses) {
    case (nil, nil): kinds = []
    case (_, nil): kinds = [.noise]
    case (nil, _): kinds = [.reverb]
    case (_, _): kinds = [.noise, .reverb, .reverbThenNoise]
    }
  }

  /// What is done; nil for nothing. Takes the same number of draws whatever comes of them.
  package func draw(_ random: inout KeyedRandom) -> Draw? {
    let isDone = random.uniform() < probability
    guard !kinds.isEmpty else { return nil }
    let draw = Draw(
      kind: kinds[random.index(below: kinds.count)],
      noise: random.index(below: noises?.count ?? 1), place: random.uniform(),
      snr: random.uniform(in: Self.ratios), impulse: random.index(below: impulses?.count ?? 1))
    return isDone ? draw : nil
  }

  /// The wave, augmented or not, as `random` says; samples in [-1, 1] at 16 kHz.
  ///
  /// - Throws: what reading a noise or an impulse response throws, with its file.
  package func callAsFunction(
    _ samples: [Float], _ random: inout KeyedRandom
  ) throws(CheckpointError) -> [Float] {
    guard let draw = draw(&random) else { return samples }
    var wave = samples.map(Double.init)
    if draw.kind.hasReverb, let impulses {
      do throws(CheckpointError) {
        wave = try Reverb.normalised(wave, impulses.samples(of: draw.impulse))
      } catch { throw impulses.located(error, draw.impulse) }
    }
    if draw.kind.hasNoise, let noises {
      let noise = try noises.tiled(draw.noise, count: wave.count, place: draw.place)
      wave = AddNoise.normalised(wave, noise, snr: draw.snr)
    }
    return wave.map(Float.init)
  }
}
