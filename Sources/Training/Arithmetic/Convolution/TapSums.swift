// SPDX-License-Identifier: Apache-2.0

/// A convolution weight's gradient in the making: a sum `[out, taps, in]` for each group of utterances.
///
/// The groups are cut by the shape alone and added in their order, so that the number of workers does not show.
final class TapSums<Numbers: TapKernels> {
  private let tape: Tape<Numbers>
  private let weight: Variable<Numbers.Real>
  private let taps: Int
  private let batch: Int
  private let group: Int
  private let groups: Int
  private let cost: Int
  /// One after the other.
  private let sums: Rows<Numbers.Real>

  /// - Parameter x: a variable of the batch, whose rows are what is summed over.
  init(_ tape: Tape<Numbers>, _ x: Variable<Numbers.Real>, weight: Variable<Numbers.Real>, taps: Int) {
    self.tape = tape
    self.weight = weight
    self.taps = taps
    batch = x.batch
    group = tape.groupSize(x)
    groups = (batch + group - 1) / group
    cost = x.rows * weight.elements / 8
    sums = Rows(tape.arena, groups * weight.rows, weight.channels)
  }

  /// Runs `body` on each utterance with its group's sum; the first of a group sets it, the others add to it.
  func forEachUtterance(_ body: (Int, Rows<Numbers.Real>, _ isFirst: Bool) -> Void) {
    tape.workers.forEach(groups, elements: cost) { index in
      let own = part(index)
      for b in (index * group)..<min(batch, (index + 1) * group) { body(b, own, b == index * group) }
    }
  }

  /// Adds the groups' sums up and puts them, tap by tap, into the weight's gradient.
  func deposit() {
    let (gradient, accumulate) = weight.claimGradient()
    tape.workers.forEach(weight.rows, by: 16, elements: groups * weight.elements) { range in
      let total = part(0)
      for index in 1..<max(1, groups) {
        Numbers.add(part(index).rows(range), into: total.rows(range), accumulate: true)
      }
      Numbers.interleave(total, taps, rows: range, into: gradient, accumulate: accumulate)
    }
  }

  /// One group's sum.
  func part(_ index: Int) -> Rows<Numbers.Real> {
    sums.rows((index * weight.rows)..<((index + 1) * weight.rows))
  }
}
