// SPDX-License-Identifier: Apache-2.0

/// A value for each epoch: in a line from `start` to `end` over the first `ramp` epochs, `end` afterwards. DINO's
/// teacher temperature, and the weight of RDINO's regularisation.
package struct EpochTable: Schedule, Equatable {
  package var start: Double
  package var end: Double
  package var ramp: Int
  package var stepsPerEpoch: Int

  package init(from start: Double, to end: Double, ramp: Int, stepsPerEpoch: Int) {
    self.start = start
    self.end = end
    self.ramp = ramp
    self.stepsPerEpoch = stepsPerEpoch
  }

  /// The value in an epoch, counted from 0.
  package func value(inEpoch epoch: Int) -> Double {
    epoch < ramp ? LinearSpace(from: start, to: end, count: ramp)[epoch] : end
  }

  package func value(at iteration: Int) -> Double { value(inEpoch: iteration / max(1, stepsPerEpoch)) }
}
