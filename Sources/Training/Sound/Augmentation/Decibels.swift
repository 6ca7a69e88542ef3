// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Levels of signals.
enum Decibels {
  /// 10 log10(mean of squares + `floor`).
  static func level(_ wave: [Double], floor: Double) -> Double {
    let power = wave.reduce(0) { $0 + $1 * $1 } / Double(wave.count)
    return 10 * log10(power + floor)
  }

  /// The ratio of powers that `decibels` stand for: 10^(0.1 decibels).
  static func ratio(_ decibels: Double) -> Double { pow(10, 0.1 * decibels) }
}
