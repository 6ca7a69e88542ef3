// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

/// fixtures/golden/fbank-sherpa.json holds what kaldi-native-fbank gives with sherpa-onnx's options; fbank_sherpa.py beside
/// it writes the file. `Tests/Interop/features_judge.py` judges recordings.
struct SherpaFbankTests {
  private struct Case: Decodable {
    var wave: String
    var samples: Int
    var frames: Int
    var mean: Double
    var rows: [String: [Double]]
  }

  /// Between -0.25 and 0.25, a hash of the place.
  private static func noise(_ count: Int) -> [Float] {
    (0..<count).map { index in
      var h = UInt32(truncatingIfNeeded: index) &* 2_654_435_761 &+ 12_345
      h = (h ^ h >> 16) &* 2_246_822_519
      h ^= h >> 13
      return Float(Double(h) / 8_589_934_592 - 0.25)
    }
  }

  @Test func `frames of every length agree with kaldi-native-fbank, those at the edges too`() throws {
    let bytes = try File.bytes(at: Fixtures.path("golden/fbank-sherpa.json"))
    let cases = try JSONDecoder().decode([Case].self, from: Data(bytes))
    #expect(cases.count == 12)
    for known in cases {
      let wave = known.wave == "noise" ? Self.noise(known.samples) : FeatureGoldens.wave
      let features = try KaldiFbank.sherpa(wave)
      #expect(features.frames == known.frames, "\(known.samples) samples")
      #expect(FrontEnd.fbankSherpa.frames(of: known.samples) == known.frames)
      for (index, row) in known.rows {
        let frame = try #require(Int(index))
        for (bin, wanted) in row.enumerated() {
          // kaldi-native-fbank computes in float32: on this noise it is up to 5.5e-5 away from the same in float64, on
          // the tones 2.7e-4, and more where there is nearly no energy.
          let bound = known.wave == "noise" ? 1e-4 : wanted > -12 ? 4e-4 : 2e-3
          let value = Double(features[frame, bin])
          #expect(
            abs(value - wanted) <= bound,
            "\(known.wave), \(known.samples) samples, frame \(frame), bin \(bin): \(value) for \(wanted)")
        }
      }
      let mean = features.values.reduce(0.0) { $0 + Double($1) } / Double(features.values.count)
      #expect(abs(mean - known.mean) < 1e-4)
    }
  }

  @Test func `the front end takes the mean over time off, and differs from 3D-Speaker's`() throws {
    let wave = Self.noise(16_000)
    let features = try FeatureExtractor(.fbankSherpa)(wave)
    var wanted = try KaldiFbank.sherpa(wave)
    wanted.subtractMean()
    #expect(features == wanted)
    #expect((features.frames, try FeatureExtractor(.fbank)(wave).frames) == (100, 98))
  }

  @Test func `the shortest wave is half a step`() throws {
    #expect(FrontEnd.fbankSherpa.frames(of: 79) == 0)
    let error = #expect(throws: CheckpointError.self) { try FeatureExtractor(.fbankSherpa)(Self.noise(79)) }
    #expect(error?.code == .unsupported)
    #expect(error?.reason == "79 samples at 16 kHz are too short for one frame: 80 are needed")
    #expect(try FeatureExtractor(.fbankSherpa)(Self.noise(80)).frames == 1)
  }
}
