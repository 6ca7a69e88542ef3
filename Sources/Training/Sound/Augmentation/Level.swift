// SPDX-License-Identifier: Apache-2.0
import Glibc

/// How loud a wave is.
enum Level {
  /// 10 log10(mean of squares + `floor`).
  static func decibels(_ wave: [Double], floor: Double) -> Double {
    let power = wave.reduce(0) { $0 + $1 * $1 } / Double(wave.count)
    return 10 * log10(power + floor)
  }

  /// The ratio of powers that `decibels` stand for: 10^(0.1 decibels).
  static func ratio(_ decibels: Double) -> Double { pow(10, 0.1 * decibels) }

  /// The wave divided by (its largest magnitude + 1e-6).
  static func normalised(_ wave: [Double]) -> [Double] {
    let peak = wave.reduce(0) { max($0, abs($1)) } + 1e-6
    return wave.map { $0 / peak }
  }
}
