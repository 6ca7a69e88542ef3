// SPDX-License-Identifier: Apache-2.0
import Foundation
import Checkpoints
import TestSupport
import Testing
import Training

/// fixtures/golden/features.json holds what torchaudio gives for one second of a formula wave.
struct FeatureGoldens {
  let golden: [String: Any]

  init() throws { golden = try Fixtures.object("golden/features.json") }

  static let wave: [Float] = (0..<16_000).map { index in
    let n = Double(index)
    func turn(_ hertz: Double) -> Double { 2 * Double.pi * hertz * n / 16_000 }
    let value =
      0.4 * sin(turn(220)) + 0.2 * sin(turn(1234.5) + 0.3) + 0.1 * sin(turn(3)) * sin(turn(3100)) + 0.01
    return Float(value)
  }

  func row(_ key: String, in object: [String: Any]? = nil) throws -> [Double] {
    try #require((object ?? golden)[key] as? [Double])
  }

  /// Absolute 1e-4 where the value is above -12, else 2e-3: below lies float32's own noise.
  func expectFbank(_ values: [Float], _ expected: [Double]) {
    #expect(values.count == expected.count)
    for (bin, (value, wanted)) in zip(values, expected).enumerated() {
      #expect(
        abs(Double(value) - wanted) <= (wanted > -12 ? 1e-4 : 2e-3), "bin \(bin): \(value) for \(wanted)")
    }
  }

  func frame(_ features: FeatureMatrix, _ index: Int) -> [Float] {
    Array(features.values[index * features.bins..<(index + 1) * features.bins])
  }

  @Test func `fbank agrees with torchaudio's Kaldi fbank`() throws {
    let features = try KaldiFbank.torchaudio(Self.wave)
    #expect([features.frames, features.bins] == golden["fbank_shape"] as? [Int])
    expectFbank(frame(features, 0), try row("fbank_frame0"))
    expectFbank(frame(features, 50), try row("fbank_frame50"))
    let sum = features.values.reduce(0.0) { $0 + Double($1) }
    let wanted = try #require(golden["fbank_sum"] as? Double)
    #expect(abs(sum - wanted) < 1)
    let means = (0..<80).map { bin in
      Float((0..<98).reduce(0.0) { $0 + Double(features[$1, bin]) } / 98)
    }
    expectFbank(means, try row("fbank_mean_per_bin"))
  }

  @Test func `mean normalisation agrees with upstream's FBank`() throws {
    let features = try FeatureExtractor(.fbank)(Self.wave)
    let raw = try row("fbank_frame50")
    for (bin, wanted) in try row("fbank_meannorm_frame50").enumerated() {
      let tolerance = raw[bin] > -12 ? 1e-4 : 2e-3
      #expect(abs(Double(features[50, bin]) - wanted) <= tolerance, "bin \(bin)")
    }
  }

  @Test func `silence gives the logarithm of float32's epsilon`() throws {
    let wanted = try #require(golden["fbank_of_silence"] as? Double)
    let features = try KaldiFbank.torchaudio([Float](repeating: 0, count: 400))
    #expect(features.values.count == 80)
    #expect(features.values.allSatisfy { abs(Double($0) - wanted) < 1e-6 })
  }

  @Test func `the Kaldi filter bank has torchaudio's weights`() throws {
    let bank = try #require(golden["kaldi_mel_bank"] as? [String: Any])
    let rows = KaldiFbank.torchaudio.filters.rows(spectrum: 256)
    #expect([rows.count, rows[0].count] == bank["shape"] as? [Int])
    for (row, wanted) in zip(rows, try row("row_sums", in: bank)) {
      #expect(abs(row.reduce(0, +) - wanted) < 4e-5)
    }
    for (weight, wanted) in zip(rows[0], try row("row0", in: bank)) { #expect(abs(weight - wanted) < 2e-6) }
    for (weight, wanted) in zip(rows[79].suffix(8), try row("row79_last8", in: bank)) {
      #expect(abs(weight - wanted) < 2e-5)
    }
  }

  @Test func `mel spectra agree with torchaudio's MelSpectrogram`() throws {
    let mel = try #require(golden["mel"] as? [String: Any])
    let features = try MelSpectrogram()(Self.wave)
    #expect([1, features.bins, features.frames] == mel["shape"] as? [Int])
    for (index, key) in [(0, "frame0"), (50, "frame50")] {
      let wanted = try row(key, in: mel)
      let largest = wanted.max() ?? 0
      for (value, expected) in zip(frame(features, index), wanted) {
        #expect(abs(Double(value) - expected) <= 1e-4 * largest, "\(key): \(value) for \(expected)")
      }
    }
    let sum = features.values.reduce(0.0) { $0 + Double($1) }
    let wanted = try #require(mel["sum"] as? Double)
    #expect(abs(sum - wanted) < 1e-5 * wanted)
  }

  @Test func `log and instance norm of the mels agree with the network's own`() throws {
    let features = try MelSpectrogram()(Self.wave)
    for (bin, wanted) in try row("mel_log_instnorm_frame50").enumerated() {
      let logs = (0..<features.frames).map { log(Double(features[$0, bin]) + 1e-6) }
      let mean = logs.reduce(0, +) / Double(logs.count)
      let variance = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(logs.count)
      let value = (logs[50] - mean) / (variance + 1e-5).squareRoot()
      #expect(abs(value - wanted) < 2e-3, "bin \(bin): \(value) for \(wanted)")
    }
  }

  @Test func `frame counts follow upstream's formulas`() {
    #expect(golden["mel_frames_for_63900_samples"] as? Int == FrontEnd.mel.frames(of: 63_900))
    #expect(FrontEnd.fbank.frames(of: 16_000) == 98)
    #expect(FrontEnd.fbank.frames(of: 399) == 0)
    #expect(FrontEnd.fbank.frames(of: 400) == 1)
    #expect(FrontEnd.mel.frames(of: 256) == 0)
    #expect(FrontEnd.mel.frames(of: 257) == 2)
  }

  @Test func `a wave shorter than a window is refused with its length`() throws {
    let short = [Float](repeating: 0.1, count: 79)
    for frontEnd in FrontEnd.allCases {
      let error = #expect(throws: CheckpointError.self) { try FeatureExtractor(frontEnd)(short) }
      #expect(error?.code == .unsupported)
      #expect(error?.reason.contains("79 samples at 16 kHz are too short") == true)
    }
  }

  @Test func `bin-major order is torchaudio's`() {
    let features = FeatureMatrix(values: [1, 2, 3, 4, 5, 6], bins: 2)
    #expect(features.binMajor() == [1, 3, 5, 2, 4, 6])
    #expect(features.segment(from: 1, count: 5).values == [3, 4, 5, 6])
  }
}
