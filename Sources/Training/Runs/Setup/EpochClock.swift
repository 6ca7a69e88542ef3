// SPDX-License-Identifier: Apache-2.0

/// Which epochs a run has still to go through, and where each begins and ends, in steps over the whole run.
package struct EpochClock: Sendable, Equatable {
  /// The number of the very first epoch: fine-tuning counts from 1, self-supervised training from 0, as upstream does.
  package let origin: Int
  package let stepsPerEpoch: Int
  /// Steps that were over before this run.
  package let first: Int
  /// Steps that are over when the run ends.
  package let last: Int

  /// - Parameters:
  ///   - steps: ends the run after so many steps in all, be it within an epoch.
  ///   - done: steps that are over already.
  package init(origin: Int, epochs: Int, stepsPerEpoch: Int, steps: Int?, done: Int) {
    self.origin = origin
    self.stepsPerEpoch = stepsPerEpoch
    first = done
    last = min(steps ?? .max, epochs * stepsPerEpoch)
  }

  /// The epochs in which there are steps to take; the first may be under way already.
  package var epochs: Range<Int> {
    guard first < last else { return origin..<origin }
    return (origin + first / stepsPerEpoch)..<(origin + (last - 1) / stepsPerEpoch + 1)
  }

  /// Steps that are over in the whole run when `step` steps of an epoch are.
  package func iteration(_ epoch: Int, _ step: Int) -> Int { (epoch - origin) * stepsPerEpoch + step }

  /// Steps that are over in the whole run when an epoch is over, or the run within it.
  package func end(of epoch: Int) -> Int { min(iteration(epoch + 1, 0), last) }

  /// Whether an epoch runs to its end: `--steps` may end the run within it.
  package func isWhole(_ epoch: Int) -> Bool { iteration(epoch + 1, 0) <= last }

  /// Whether the run is over after an epoch.
  package func isLast(_ epoch: Int) -> Bool { iteration(epoch + 1, 0) >= last }
}
