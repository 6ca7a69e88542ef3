// SPDX-License-Identifier: Apache-2.0

/// Where Kaldi's windows of 25 ms lie in a wave at 16 kHz, one every 10 ms.
package enum KaldiFrames: Sendable {
  /// Only where they fit (`snip_edges`): the first begins with the wave.
  case snipped
  /// One for every 10 ms, centred on it: the first and the last reach beyond the wave, and see it mirrored there.
  case mirrored

  package static let window = 400
  package static let hop = 160

  /// How many windows a wave of `samples` gives; 0 where it is too short for one.
  package func count(_ samples: Int) -> Int {
    switch self {
    case .snipped: samples < Self.window ? 0 : 1 + (samples - Self.window) / Self.hop
    case .mirrored: (samples + Self.hop / 2) / Self.hop
    }
  }

  /// The shortest wave that gives `count` windows, at least one.
  package func samples(_ count: Int) -> Int {
    switch self {
    case .snipped: (count - 1) * Self.hop + Self.window
    case .mirrored: count * Self.hop - Self.hop / 2
    }
  }

  /// Fills `window` with the samples of one.
  ///
  /// Mirrored as `ExtractWindow` of Kaldi's feature-window.cc does: the sample at an edge stands twice, and a wave that is
  /// shorter than what is missing is mirrored again and again.
  /// - Precondition: `samples` is not empty, and with `snipped` the window lies in it.
  func fill(_ window: inout [Double], _ index: Int, of samples: [Float]) {
    let last = samples.count - 1
    let start =
      switch self {
      case .snipped: index * Self.hop
      case .mirrored: index * Self.hop + (Self.hop - Self.window) / 2
      }
    for n in window.indices {
      var at = start + n
      while at < 0 || at > last { at = at < 0 ? -1 - at : 2 * last + 1 - at }
      window[n] = Double(samples[at])
    }
  }
}
