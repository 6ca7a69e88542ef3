// SPDX-License-Identifier: Apache-2.0

/// What may be done to a wave.
package enum AugmentationKind: Sendable, Equatable {
  case noise, reverb, reverbThenNoise

  var hasReverb: Bool { self != .noise }
  var hasNoise: Bool { self != .reverb }
}
