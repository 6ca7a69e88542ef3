// SPDX-License-Identifier: Apache-2.0

/// MUSAN's three kinds of noise, under the names of its folders.
package enum NoiseType: String, Sendable, CaseIterable {
  case noise, speech, music

  /// The type that a path tells: its last folder with one of the three names; nil where it has none.
  package init?(path: String) {
    let folders = path.split(separator: "/").dropLast()
    guard let type = folders.reversed().lazy.compactMap({ NoiseType(rawValue: String($0)) }).first else {
      return nil
    }
    self = type
  }

  /// Signal-to-noise ratios in dB between which RDINO draws.
  package var ratios: ClosedRange<Double> {
    switch self {
    case .noise: 0...15
    case .speech: 13...20
    case .music: 5...15
    }
  }
}
