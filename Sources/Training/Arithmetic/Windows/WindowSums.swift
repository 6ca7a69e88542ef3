// SPDX-License-Identifier: Apache-2.0

/// A weight's gradient in the making, for `WindowKernels.productGradient`: a sum `[taps in, out]` for each group of
/// utterances.
///
/// The groups are cut by the shape alone and added in their order, so that the number of workers does not show.
final class WindowSums<Numbers: WindowKernels> {
  private let tape: Tape<Numbers>
  private let weight: Variable<Numbers.Real>
  private let taps: Int
  private let order: WindowTaps
  private let batch: Int
  private let group: Int
  private let groups: Int
  private let cost: Int
  /// One after the other.
  private let sums: Rows<Numbers.Real>

  /// - Parameter z: the output, whose rows are what is summed over.
  init(
    _ tape: Tape<Numbers>, _ z: Variable<Numbers.Real>, weight: Variable<Numbers.Real>, _ taps: Int,
    _ order: WindowTaps
  ) {
    (self.tape, self.weight, self.taps, self.order) = (tape, weight, taps, order)
    batch = z.batch
    group = tape.groupSize(z)
    groups = (batch + group - 1) / group
    cost = z.rows * weight.elements / 8
    sums = Rows(tape.arena, groups * order.inner, WindowTaps.padded(weight.rows))
  }

  /// Runs `body` on each utterance with its group's sum, which it adds to.
  func forEachUtterance(_ body: (Int, Rows<Numbers.Real>) -> Void) {
    tape.workers.forEach(groups, elements: cost) { index in
      let own = part(index)
      own.fill(0)
      for b in (index * group)..<min(batch, (index + 1) * group) { body(b, own) }
    }
  }

  /// Adds the groups' sums up and puts them into the weight's gradient.
  func deposit() {
    let (gradient, accumulate) = weight.claimGradient()
    let total = part(0)
    tape.workers.forEach(order.inner, by: 64, elements: sums.rows * sums.columns) { rows in
      for index in 1..<max(1, groups) {
        Numbers.add(part(index).rows(rows), into: total.rows(rows), accumulate: true)
      }
    }
    tape.workers.forEach(weight.rows, by: 16, elements: 4 * weight.elements) { rows in
      Numbers.unpack(total, taps, order, rows: rows, into: gradient, accumulate: accumulate)
    }
  }

  private func part(_ index: Int) -> Rows<Numbers.Real> {
    sums.rows((index * order.inner)..<((index + 1) * order.inner))
  }
}
