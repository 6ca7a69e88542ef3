// SPDX-License-Identifier: Apache-2.0

/// The channels of a densely connected block (Huang et al. 2017, "Densely connected convolutional networks"): each
/// layer reads all that are there and adds some of its own.
///
/// One variable as wide as the block's output holds them, so that nothing is put together by copying. What a batch
/// normalisation takes from a channel, its mean and variance over the batch, is the same for every layer that reads it,
/// and is computed once. For the same reason its gradient in x is, for all readers together, u (x - mean) + v with one
/// u and one v a channel: the readers leave their shares here, and one pass adds them before the channel's writer goes
/// back.
package final class DenseChannels<Numbers: NormKernels> {
  package typealias Real = Numbers.Real

  /// All channels, those to come among them.
  package let variable: Variable<Real>
  /// How many are there.
  private(set) var count = 0
  /// Theirs; nil outside training.
  private(set) var statistics: BatchStatistics?
  private unowned let tape: Tape<Numbers>
  private var u: [Double]
  private var v: [Double]

  package init(_ tape: Tape<Numbers>, batch: Int, positions: Int, channels: Int) {
    self.tape = tape
    variable = tape.make(batch: batch, positions: positions, channels: channels, requiresGradient: false)
    u = Array(repeating: 0, count: channels)
    v = u
  }

  /// Adds some channels, which `write` puts into the variable that it is given.
  package func append(_ channels: Int, _ write: (Variable<Real>) -> Void) {
    let range = count..<(count + channels)
    let new = variable.channels(range)
    write(new)
    count = range.upperBound
    guard tape.isTraining else { return }
    let parts = UtteranceSums(tape.arena, batch: new.batch, kinds: 2, channels: channels)
    tape.workers.forEach(new.batch, elements: new.elements) { b in
      Numbers.activate(
        new.value.rows(new.utterance(b)), bias: nil, context: nil, .none,
        moments: (parts.row(2 * b), parts.row(2 * b + 1)))
    }
    let own = tape.overProcesses(
      BatchStatistics(parts: parts, batch: new.batch, rowsEach: new.positions))
    statistics = statistics?.joined(own) ?? own
    if new.requiresGradient { tape.record { [self] in settle(range) } }
  }

  /// Takes a reader's share: u and v of its slopes.
  func leave(_ slopes: Slopes<Real>, channels: Int) {
    for c in 0..<channels {
      u[c] += Double(slopes.u[0, c])
      v[c] += Double(slopes.v[0, c])
    }
  }

  /// gradient += u (x - mean) + v.
  private func settle(_ range: Range<Int>) {
    let x = variable.channels(range)
    guard let statistics, let d = x.gradient, range.contains(where: { u[$0] != 0 || v[$0] != 0 }) else {
      return
    }
    let rows = Rows<Real>(tape.arena, 4, range.count)
    for (index, c) in range.enumerated() {
      rows[0, index] = Real(statistics.mean[c])
      rows[1, index] = 1
      rows[2, index] = Real(u[c])
      rows[3, index] = Real(v[c])
    }
    let unread = UtteranceSums(tape.arena, batch: x.batch, kinds: 1, channels: range.count)
    tape.workers.forEach(x.batch, elements: x.elements) { b in
      Numbers.normBackward(
        d.rows(x.utterance(b)), x.value.rows(x.utterance(b)), mean: rows.row(0), p: rows.row(1),
        u: rows.row(2), v: rows.row(3), .none, sum: unread.row(b))
    }
  }
}
