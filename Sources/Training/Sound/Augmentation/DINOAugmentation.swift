// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The augmentation of 3D-Speaker's self-supervised recipes (RDINO, SDPN), for waves at int16 scale.
///
/// Of six equal chances one leaves the wave as it is; three do one thing, reverb (1 in 4) or noise; two do reverb, then
/// noise. The type of noise is drawn first, uniformly, then one of its sounds. Nothing is scaled back afterwards.
package struct DINOAugmentation: Sendable {
  /// What is done to one crop.
  package struct Draw: Sendable, Equatable {
    /// Nil for nothing.
    package var kind: SpeakerAugmentation.Kind?
    package var impulse: Int
    /// Decibels.
    package var gain: Double
    package var noise: Int
    /// Where the noise is cut, from 0 to below 1.
    package var place: Double
    /// Decibels.
    package var snr: Double
  }

  package let noises: SoundList
  package let impulses: ImpulseResponses
  /// The sounds of each type that the list has, in the types' order.
  private let types: [(type: NoiseType, sounds: [Int])]

  package static let gains = -7.0...3.0
  /// Samples in [-1, 1] times this are at int16 scale.
  package static let scale = 32768.0

  /// - Throws: `misfit` for a noise whose path names no type.
  package init(noises: SoundList, impulses: ImpulseResponses) throws(CheckpointError) {
    self.noises = noises
    self.impulses = impulses
    var sounds: [NoiseType: [Int]] = [:]
    for (index, path) in noises.paths.enumerated() {
      guard let type = NoiseType(path: path) else {
        let error = CheckpointError(
          .misfit, "no folder on the path says what type of noise this is",
          hint: "folders named noise, speech and music, as MUSAN has them")
        throw noises.located(error, index)
      }
      sounds[type, default: []].append(index)
    }
    types = NoiseType.allCases.compactMap { type in sounds[type].map { (type, $0) } }
  }

  /// Takes the same number of draws whatever comes of them.
  package func draw(_ random: inout KeyedRandom) -> Draw {
    let chance = random.index(below: 6)
    let isReverb = random.uniform() < 0.25
    let (type, sounds) = types[random.index(below: types.count)]
    let kind: SpeakerAugmentation.Kind? =
      switch chance {
      case 0: nil
      case 1...3: isReverb ? .reverb : .noise
      default: .reverbThenNoise
      }
    return Draw(
      kind: kind, impulse: random.index(below: impulses.count), gain: random.uniform(in: Self.gains),
      noise: sounds[random.index(below: sounds.count)], place: random.uniform(),
      snr: random.uniform(in: type.ratios))
  }

  /// The wave at int16 scale, augmented as `random` says.
  ///
  /// - Throws: what reading a noise or an impulse response throws, with its file.
  package func callAsFunction(
    _ wave: [Double], _ random: inout KeyedRandom
  ) throws(CheckpointError) -> [Double] {
    let draw = draw(&random)
    guard let kind = draw.kind else { return wave }
    var wave = wave
    if kind.hasReverb {
      let impulse = try impulses.samples(of: draw.impulse)
      wave = try Reverb.scaled(wave, impulse, gain: draw.gain)
    }
    if kind.hasNoise {
      let noise = try noises.padded(draw.noise, count: wave.count, place: draw.place)
      wave = AddNoise.plain(wave, noise.map { $0 * Self.scale }, snr: draw.snr)
    }
    return wave
  }
}
