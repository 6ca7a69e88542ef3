// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import Training

/// Small folders of noises and impulse responses for tests.
enum SoundFiles {
  /// Files whose sample n is `level` + n, in folders as MUSAN has them, `count` of each type.
  static func noises(in folder: String, of types: [NoiseType] = NoiseType.allCases, count: Int = 2) throws {
    for (index, type) in types.enumerated() {
      for number in 0..<count {
        let path = "\(folder)/\(type.rawValue)/some-set/\(number).wav"
        try makeFolder(of: path)
        try WAV.write((0..<2000).map { Int16(1000 * (index + 1) + $0) }, to: path)
      }
    }
  }

  static func impulses(in folder: String, count: Int = 3) throws {
    for number in 0..<count {
      let path = "\(folder)/\(number).wav"
      try makeFolder(of: path)
      try WAV.write([32_767, 0, Int16(8000 * number), -4000], to: path)
    }
  }

  static func write(_ text: String, to path: String) throws {
    try makeFolder(of: path)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  static func write(_ array: NPYArray, to path: String) throws {
    try Data(array.npy()).write(to: URL(fileURLWithPath: path))
  }

  static func makeFolder(of path: String) throws {
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
  }
}
