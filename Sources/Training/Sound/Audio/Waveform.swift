// SPDX-License-Identifier: Apache-2.0

/// One channel of sound: samples in [-1, 1] at a fixed rate.
package struct Waveform: Sendable, Equatable {
  package var samples: [Float]
  /// Samples a second.
  package var sampleRate: Int

  package init(samples: [Float], sampleRate: Int) {
    self.samples = samples
    self.sampleRate = sampleRate
  }

  /// The rate that every speaker model of 3D-Speaker works at.
  package static let modelRate = 16_000

  /// Seconds.
  package var duration: Double { Double(samples.count) / Double(sampleRate) }
}
