// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

struct SpeakerAugmentationTests {
  static func with(
    probability: Double, noise: Bool = true, reverb: Bool = true, _ body: (SpeakerAugmentation) throws -> Void
  ) throws {
    try Fixtures.withFolder { folder throws in
      try SoundFiles.noises(in: folder + "/musan")
      try SoundFiles.impulses(in: folder + "/rirs")
      try body(
        try SpeakerAugmentation(
          probability: probability, noises: noise ? SoundList(folder + "/musan") : nil,
          impulses: reverb ? ImpulseResponses(folder + "/rirs") : nil))
    }
  }

  static func stream(_ item: Int, epoch: Int = 1, seed: UInt64 = 5) -> KeyedRandom {
    KeyedRandom(seed: seed, .augmentation, epoch: epoch, item: item)
  }

  @Test func `draws have the recipe's shares`() throws {
    try Self.with(probability: 0.6) { augmentation throws in
      var draws: [SpeakerAugmentation.Draw] = []
      let trials = 6000
      for item in 0..<trials {
        var random = Self.stream(item)
        if let draw = augmentation.draw(&random) { draws.append(draw) }
      }
      // 3600 are expected, with a standard deviation of 38; 1200 of each kind, with 31.
      #expect(abs(draws.count - 3600) < 152)
      for kind in [SpeakerAugmentation.Kind.noise, .reverb, .reverbThenNoise] {
        #expect(abs(draws.count { $0.kind == kind } - 1200) < 124)
      }
      for noise in 0..<6 { #expect(abs(draws.count { $0.noise == noise } - 600) < 94) }
      for impulse in 0..<3 { #expect(abs(draws.count { $0.impulse == impulse } - 1200) < 124) }
      #expect(draws.allSatisfy { (0..<15).contains($0.snr) && (0..<1).contains($0.place) })
      // Uniform in 0...15: mean 7.5, the mean's standard deviation 0.07.
      #expect(abs(draws.reduce(0) { $0 + $1.snr } / Double(draws.count) - 7.5) < 0.28)
      #expect(abs(draws.reduce(0) { $0 + $1.place } / Double(draws.count) - 0.5) < 0.02)
    }
  }

  @Test func `one list alone is always the kind, a probability of 0 or 1 what it says`() throws {
    try Self.with(probability: 1, reverb: false) { augmentation throws in
      var random = Self.stream(0)
      for _ in 0..<50 { #expect(augmentation.draw(&random)?.kind == .noise) }
    }
    try Self.with(probability: 1, noise: false) { augmentation throws in
      var random = Self.stream(0)
      for _ in 0..<50 { #expect(augmentation.draw(&random)?.kind == .reverb) }
    }
    try Self.with(probability: 0) { augmentation throws in
      var random = Self.stream(0)
      for _ in 0..<50 { #expect(try augmentation([1, 2], &random) == [1, 2]) }
    }
    for probability in [-0.1, 1.1, .nan] {
      #expect(throws: CheckpointError(.wrongWords, "")) {
        try SpeakerAugmentation(probability: probability, noises: nil, impulses: nil)
      }
    }
    #expect(throws: CheckpointError(.wrongWords, "")) {
      try SpeakerAugmentation(probability: 0.5, noises: nil, impulses: nil)
    }
  }

  @Test func `what is done to a wave is the kernels, in the drawn order`() throws {
    try Self.with(probability: 1) { augmentation throws in
      let samples = AugmentationGolden.wave(700).map(Float.init)
      var kinds: Set<String> = []
      for item in 0..<20 {
        var random = Self.stream(item)
        let found = try augmentation(samples, &random)
        random = Self.stream(item)
        let draw = try #require(augmentation.draw(&random))
        kinds.insert("\(draw.kind)")
        var wave = samples.map(Double.init)
        if draw.kind != .noise {
          let rir = [32767, 0, Double(8000 * draw.impulse), -4000].map { $0 / 32768 }
          wave = try Reverb.normalised(wave, rir)
        }
        if draw.kind != .reverb {
          // Folders come in byte order: music, noise, speech, whose files begin at 3000, 1000, 2000.
          let first = [3000, 3000, 1000, 1000, 2000, 2000][draw.noise] + Int(draw.place * 1301)
          wave = AddNoise.normalised(wave, (0..<700).map { Double(first + $0) / 32768 }, snr: draw.snr)
        }
        #expect(found == wave.map(Float.init), "item \(item)")
        var again = Self.stream(item)
        #expect(try augmentation(samples, &again) == found)
      }
      #expect(kinds.count == 3)
      var (one, other) = (Self.stream(0, epoch: 1), Self.stream(0, epoch: 2))
      #expect(augmentation.draw(&one) != augmentation.draw(&other))
      one = Self.stream(0, seed: 6)
      other = Self.stream(1, seed: 6)
      #expect(augmentation.draw(&one) != augmentation.draw(&other))
    }
  }
}
