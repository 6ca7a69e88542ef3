// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

struct SpeedPerturbationTests {
  @Test func `lengths are those of sox, and waves nearly`() throws {
    for golden in try AugmentationGolden.read().speeds {
      let index = try #require(SpeedPerturbation.factors.firstIndex(of: golden.factor))
      for pair in golden.lengths {
        let wave = Waveform(samples: [Float](repeating: 0.1, count: pair[0]), sampleRate: 16_000)
        let changed = try SpeedPerturbation.apply(index, to: wave)
        #expect(changed.samples.count == pair[1], "\(pair[0]) samples at \(golden.factor)")
        #expect(changed.sampleRate == 16_000)
      }
      let wave = AugmentationGolden.wave(1600).map(Float.init)
      let changed = try SpeedPerturbation.apply(index, to: Waveform(samples: wave, sampleRate: 16_000))
      // sox's `rate` has other filters than libsoxr at the same quality.
      let distance = AugmentationGolden.distance(changed.samples.map(Double.init), golden.values)
      #expect(distance < 3e-4, "\(distance)")
    }
  }

  @Test func `labels, classes and draws`() throws {
    #expect(SpeedPerturbation.factors == [1, 0.9, 1.1])
    #expect(SpeedPerturbation.none.classes(5) == 5)
    #expect(SpeedPerturbation.random.classes(5) == 15)
    #expect(SpeedPerturbation.labelsOnly.classes(5) == 15)
    #expect((0..<3).map { SpeedPerturbation.label(4, of: 5, speed: $0) } == [4, 9, 14])
    let wave = Waveform(samples: [0.1, 0.2, 0.3], sampleRate: 16_000)
    #expect(try SpeedPerturbation.apply(0, to: wave) == wave)

    var counts = [0, 0, 0]
    for item in 0..<3000 {
      var random = KeyedRandom(seed: 3, .speed, epoch: 1, item: item)
      counts[SpeedPerturbation.random.draw(&random)] += 1
      #expect(SpeedPerturbation.labelsOnly.draw(&random) == 0)
      #expect(SpeedPerturbation.none.draw(&random) == 0)
    }
    // A third each: 1000, its standard deviation 26.
    #expect(counts.allSatisfy { abs($0 - 1000) < 104 }, "\(counts)")
  }
}
