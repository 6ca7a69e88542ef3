// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Writes 16-bit WAV files byte by byte, so that tests also make files that no library would.
enum WAV {
  static func write(
    _ samples: [Int16], rate: Int = 16_000, channels: Int = 1, claiming bytes: Int? = nil, to path: String
  ) throws {
    var data = Data()
    func add(_ value: Int, _ size: Int) {
      for shift in 0..<size { data.append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
    }
    let size = bytes ?? samples.count * 2
    data.append(contentsOf: Array("RIFF".utf8))
    add(36 + size, 4)
    data.append(contentsOf: Array("WAVEfmt ".utf8))
    add(16, 4)
    add(1, 2)
    add(channels, 2)
    add(rate, 4)
    add(rate * channels * 2, 4)
    add(channels * 2, 2)
    add(16, 2)
    data.append(contentsOf: Array("data".utf8))
    add(size, 4)
    for sample in samples { add(Int(sample), 2) }
    try data.write(to: URL(fileURLWithPath: path))
  }

  /// A tone that rises from `hertz`, `seconds` long: no two frames are alike.
  static func tone(_ hertz: Double, seconds: Double, rate: Int = 16_000) -> [Int16] {
    (0..<Int(seconds * Double(rate))).map { index in
      let time = Double(index) / Double(rate)
      return Int16(12_000 * sin(2 * Double.pi * hertz * (time + time * time / 2)))
    }
  }
}
