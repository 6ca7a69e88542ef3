// SPDX-License-Identifier: Apache-2.0

/// The largest magnitude of a wave.
enum Peak {
  /// The wave divided by (its largest magnitude + 1e-6).
  static func normalised(_ wave: [Double]) -> [Double] {
    let peak = wave.reduce(0) { max($0, abs($1)) } + 1e-6
    return wave.map { $0 / peak }
  }
}
