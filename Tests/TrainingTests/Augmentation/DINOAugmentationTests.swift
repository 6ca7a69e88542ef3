// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

struct DINOAugmentationTests {
  static func with(
    types: [NoiseType] = NoiseType.allCases, _ body: (DINOAugmentation) throws -> Void
  ) throws {
    try Fixtures.withFolder { folder throws in
      try SoundFiles.noises(in: folder + "/musan", of: types)
      try SoundFiles.impulses(in: folder + "/rirs")
      try body(
        try DINOAugmentation(
          noises: SoundList(folder + "/musan"), impulses: ImpulseResponses(folder + "/rirs")))
    }
  }

  static func stream(_ item: Int) -> KeyedRandom {
    KeyedRandom(seed: 5, .dinoAugmentation, epoch: 1, item: item)
  }

  static func draws(_ count: Int) throws -> [DINOAugmentation.Draw] {
    var draws: [DINOAugmentation.Draw] = []
    try with { augmentation throws in
      for item in 0..<count {
        var random = stream(item)
        draws.append(augmentation.draw(&random))
      }
    }
    return draws
  }

  /// Of 7200 draws: 1/6 nothing, 1/2 one thing (3/4 noise, 1/4 reverb), 1/3 both; within four standard deviations.
  @Test func `kinds and impulse responses have the recipe's shares`() throws {
    let draws = try Self.draws(7200)
    func distance(_ kind: SpeakerAugmentation.Kind?, _ expected: Int) -> Int {
      abs(draws.count { $0.kind == kind } - expected)
    }
    #expect(distance(nil, 1200) < 127)
    #expect(distance(.noise, 2700) < 165)
    #expect(distance(.reverb, 900) < 113)
    #expect(distance(.reverbThenNoise, 2400) < 160)
    for impulse in 0..<3 { #expect(abs(draws.count { $0.impulse == impulse } - 2400) < 160) }
    #expect(draws.allSatisfy { (-7..<3).contains($0.gain) })
    // Uniform in -7...3: mean -2, the mean's standard deviation 0.034.
    #expect(abs(draws.reduce(0) { $0 + $1.gain } / 7200 + 2) < 0.14)
  }

  /// Two sounds of each type, in the folder's order.
  @Test(arguments: [(0, 5.0, 15.0), (2, 0, 15), (4, 13, 20)])
  func `types are equally likely, each with its own ratios`(first: Int, low: Double, high: Double) throws {
    let drawn = try Self.draws(7200).filter { (first...first + 1).contains($0.noise) }
    #expect(abs(drawn.count - 2400) < 160)
    let ratios = drawn.map(\.snr)
    #expect(ratios.allSatisfy { (low..<high).contains($0) })
    #expect((ratios.min() ?? 0) < low + 0.1 && (ratios.max() ?? 0) > high - 0.1)
  }

  @Test func `what is done to a crop is the kernels, in the drawn order`() throws {
    try Self.with { augmentation throws in
      let crop = AugmentationGolden.wave(640).map { $0 * 32768 }
      var kinds: Set<String> = []
      for item in 0..<30 {
        var random = Self.stream(item)
        let found = try augmentation(crop, &random)
        random = Self.stream(item)
        let draw = augmentation.draw(&random)
        kinds.insert("\(String(describing: draw.kind))")
        var wave = crop
        if draw.kind == .reverb || draw.kind == .reverbThenNoise {
          let rir = [32767, 0, Double(8000 * draw.impulse), -4000].map { $0 / 32768 }
          wave = try Reverb.scaled(wave, rir, gain: draw.gain)
        }
        if draw.kind == .noise || draw.kind == .reverbThenNoise {
          let first = [3000, 3000, 1000, 1000, 2000, 2000][draw.noise] + Int(draw.place * 1360)
          wave = AddNoise.plain(wave, (0..<640).map { Double(first + $0) }, snr: draw.snr)
        }
        #expect(found == wave, "item \(item)")
      }
      #expect(kinds.count == 4)
    }
  }

  @Test func `types that the list lacks are never drawn, and a sound without a type is refused`() throws {
    try Self.with(types: [.noise]) { augmentation throws in
      for item in 0..<50 {
        var random = Self.stream(item)
        #expect((0..<15).contains(augmentation.draw(&random).snr))
      }
    }
    try Fixtures.withFolder { folder throws in
      try SoundFiles.impulses(in: folder + "/rirs")
      let error = #expect(throws: CheckpointError.self) {
        try DINOAugmentation(
          noises: SoundList(folder + "/rirs"), impulses: ImpulseResponses(folder + "/rirs"))
      }
      #expect(error?.code == .misfit)
      #expect(error?.location.file == folder + "/rirs/0.wav")
    }
  }

  @Test func `bands are erased one time in five, all across`() {
    var bands: [BandErasing] = []
    for item in 0..<6000 {
      var random = KeyedRandom(seed: 1, .erasing, epoch: 0, item: item)
      if let band = BandErasing.draw(frames: 40, bins: 80, &random) { bands.append(band) }
    }
    #expect(abs(bands.count - 1200) < 124)
    #expect(Set(bands.map(\.frames.count)) == Set(0...9))
    #expect(Set(bands.map(\.bins.count)) == Set(0...5))
    #expect(Set(bands.map(\.frames.lowerBound)) == Set(0..<30))
    #expect(Set(bands.map(\.bins.lowerBound)) == Set(0..<74))

    var row = FeatureMatrix(values: [Float](repeating: 1, count: 4 * 5), bins: 5)
    BandErasing(frames: 1..<3, bins: 4..<5).apply(to: &row)
    #expect(row.values == [1, 1, 1, 1, 0] + [Float](repeating: 0, count: 10) + [1, 1, 1, 1, 0])
    BandErasing(frames: 2..<2, bins: 0..<0).apply(to: &row)
    #expect(row.values.count { $0 == 1 } == 8)
    for item in 0..<200 {
      var random = KeyedRandom(seed: 1, .erasing, epoch: 0, item: item)
      if let band = BandErasing.draw(frames: 4, bins: 80, &random) { #expect(band.frames.upperBound <= 4) }
    }
  }
}
