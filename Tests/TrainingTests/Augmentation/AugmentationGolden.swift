// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport

/// What `fixtures/augmentation/make.py` wrote, and the formulas that it wrote it from.
struct AugmentationGolden: Decodable {
  struct Convolution: Decodable {
    var wave: Int
    var room: Int
    var values: [Double]
  }
  struct Mixed: Decodable {
    var snr: Double
    var values: [Double]
  }
  struct Scaled: Decodable {
    var gain: Double
    var values: [Double]
  }
  struct Rows: Decodable {
    var globals: Int
    var global: [Float]
    var local: [Float]
  }
  struct Speed: Decodable {
    var factor: Double
    var lengths: [[Int]]
    var values: [Double]
  }

  var convolutions: [Convolution]
  var reverb: [Double]
  var noise: [Mixed]
  var silent_noise: [Double]
  var silent_wave: [Double]
  var dino_reverb: [Scaled]
  var dino_noise: [Mixed]
  var batches: [Rows]
  var speeds: [Speed]

  static func read() throws -> AugmentationGolden {
    try JSONDecoder().decode(Self.self, from: Data(Fixtures.bytes("augmentation/expected.json")))
  }

  /// 0.5 sin(0.05 n) + 0.2 cos(0.31 n + k).
  static func wave(_ count: Int, _ k: Double = 1) -> [Double] {
    (0..<count).map { index -> Double in
      let n = Double(index)
      return 0.5 * sin(0.05 * n) + 0.2 * cos(0.31 * n + k)
    }
  }

  static func noise(_ count: Int) -> [Double] { wave(count, 4).map { 0.3 * $0 } }

  static func room(_ count: Int) -> [Double] {
    (0..<count).map { index -> Double in exp(-Double(index) / 40) * cos(0.7 * Double(index)) }
  }

  /// The largest distance; infinite where the lengths differ.
  static func distance(_ found: [Double], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    return zip(found, expected).map { abs($0 - $1) }.max() ?? 0
  }
}
