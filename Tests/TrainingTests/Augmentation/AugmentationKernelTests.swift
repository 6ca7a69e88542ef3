// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

struct AugmentationKernelTests {
  typealias Golden = AugmentationGolden

  @Test func `convolutions are numpy's, for long and short waves and responses`() throws {
    for case let golden in try Golden.read().convolutions {
      let found = try WaveConvolution.cut(Golden.wave(golden.wave), Golden.room(golden.room))
      #expect(Golden.distance(found, golden.values) < 1e-11, "\(golden.wave) x \(golden.room)")
    }
    #expect(try WaveConvolution.cut([], [1]).isEmpty)
    #expect(try WaveConvolution.cut([1, 2], []) == [0, 0])
  }

  @Test func `a long convolution is the direct sum`() throws {
    var random = KeyedRandom(seed: 1, 2)
    let wave = (0..<5000).map { _ in 32768 * (2 * random.uniform() - 1) }
    let room = (0..<3000).map { _ in 2 * random.uniform() - 1 }
    let found = try WaveConvolution.cut(wave, room)
    for n in stride(from: 0, to: 5000, by: 271) {
      let direct = (0...min(n, 2999)).reduce(0) { $0 + wave[n - $1] * room[$1] }
      #expect(abs(found[n] - direct) < 1e-5)
    }
  }

  @Test func `the supervised reverb and noise are numpy's`() throws {
    let golden = try Golden.read()
    let wave = Golden.wave(400)
    #expect(Golden.distance(try Reverb.normalised(wave, Golden.room(150)), golden.reverb) < 1e-11)
    for mixed in golden.noise {
      let found = AddNoise.normalised(wave, Golden.noise(400), snr: mixed.snr)
      #expect(Golden.distance(found, mixed.values) < 1e-11, "\(mixed.snr) dB")
    }
    let silence = [Double](repeating: 0, count: 400)
    let silentNoise = AddNoise.normalised(wave, silence, snr: 5)
    #expect(Golden.distance(silentNoise, golden.silent_noise) < 1e-11)
    let silentWave = AddNoise.normalised(silence, Golden.noise(400), snr: 5)
    #expect(Golden.distance(silentWave, golden.silent_wave) < 1e-11)
    #expect(AddNoise.normalised(silence, silence, snr: 5) == silence)
  }

  @Test func `a silent impulse response is refused where it is divided by its norm`() {
    #expect(throws: CheckpointError(.corrupt, "")) { try Reverb.normalised([1, 2], [0, 0]) }
  }

  @Test func `the self-supervised reverb and noise are numpy's, at int16 scale`() throws {
    let golden = try Golden.read()
    let wave = Golden.wave(400).map { $0 * 32768 }
    for scaled in golden.dino_reverb {
      let found = try Reverb.scaled(wave, Golden.room(150), gain: scaled.gain)
      #expect(Golden.distance(found, scaled.values) < 1e-6, "\(scaled.gain) dB")
    }
    for mixed in golden.dino_noise {
      let found = AddNoise.plain(wave, Golden.noise(400).map { $0 * 32768 }, snr: mixed.snr)
      #expect(Golden.distance(found, mixed.values) < 1e-6, "\(mixed.snr) dB")
    }
  }
}
