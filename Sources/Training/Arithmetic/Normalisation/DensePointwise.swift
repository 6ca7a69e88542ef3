// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension Tape where Numbers: NormKernels & TapKernels {
  /// activation(norm(x)) W^T over all channels that are there: what a layer of a densely connected block begins with.
  ///
  /// What the activation puts out is as wide as all layers before; it is never stored, but made chunk by chunk, forward
  /// and back again, while a core's cache holds it.
  ///
  /// - Parameters:
  ///   - target: where the product goes.
  ///   - tracksTwice: the running statistics follow the batch on the way back too. PyTorch's checkpointing, which
  ///     computes a layer anew in the backward pass, makes a norm do so.
  package func pointwise(
    _ x: DenseChannels<Numbers>, _ norm: BatchNorm<Real>, then activation: Activation, weight: Variable<Real>,
    into target: Variable<Real>? = nil, tracksTwice: Bool = false
  ) -> Variable<Real> {
    let input = x.variable.channels(0..<x.count)
    precondition(norm.channels == x.count && weight.channels == x.count, "all channels that are there")
    let needsGradient =
      isRecording
      && (input.requiresGradient || (norm.variables + [weight]).contains(where: \.requiresGradient))
    let z =
      target
      ?? make(
        batch: input.batch, positions: input.positions, channels: weight.rows,
        requiresGradient: needsGradient)
    if needsGradient { z.tensor.requiresGradient = true }
    let statistics = norm.keepsStatistics ? nil : x.statistics
    if let statistics { track(statistics, norm) }
    let scale = NormScale(arena, norm, batch: statistics)
    let chunks = DenseChunks<Numbers>(self, input)
    workers.forEach(chunks.groups, elements: input.rows * weight.elements / 8) { group in
      chunks.forEach(of: group) { rows, activated, _ in
        Numbers.affineActivate(
          input.value.rows(rows), scale: scale.scale, offset: scale.offset, residual: nil, activation,
          into: activated)
        Numbers.multiply(
          activated, transposed: false, weight.value, transposed: true, into: z.value.rows(rows),
          accumulate: false)
      }
    }
    trace { graph in
      let value = graph.activation(graph.norm(graph[input], norm), activation)
      graph.give(graph.convolution(value, weight, .pointwise, .sequence), to: z, .sequence)
    }
    guard needsGradient else { return z }
    record { [unowned self] in
      guard let dz = z.gradient else { return }
      if tracksTwice, let statistics { track(statistics, norm) }
      let chunks = DenseChunks<Numbers>(self, input)
      let sums = UtteranceSums(arena, batch: chunks.groups, kinds: 2, channels: input.channels)
      let taps = weight.requiresGradient ? TapSums<Numbers>(self, input, weight: weight, taps: 1) : nil
      let dx = input.requiresGradient ? input.claimGradient() : nil
      workers.forEach(chunks.groups, elements: input.rows * weight.elements / 4) { group in
        let (sum, product) = (sums.row(2 * group), sums.row(2 * group + 1))
        sum.fill(0)
        product.fill(0)
        var isFirst = true
        chunks.forEach(of: group) { rows, activated, slopes in
          Numbers.affineActivate(
            input.value.rows(rows), scale: scale.scale, offset: scale.offset, residual: nil, activation,
            into: activated)
          if let taps {
            Numbers.multiply(
              dz.rows(rows), transposed: true, activated, transposed: false, into: taps.part(group),
              accumulate: !isFirst)
            isFirst = false
          }
          Numbers.multiply(
            dz.rows(rows), transposed: false, weight.value, transposed: false, into: slopes,
            accumulate: false)
          Numbers.activatedNormBackward(
            slopes, activated, input.value.rows(rows), mean: scale.mean, inverse: scale.inverse,
            p: scale.scale, activation, sum: sum, product: product, into: dx?.rows.rows(rows),
            accumulate: dx?.accumulate == true)
        }
      }
      taps?.deposit()
      let (total, product) = (sums.total(0, of: 2), sums.total(1, of: 2))
      if let weight = norm.weight { deposit(product, into: weight.variable) }
      if let shift = norm.bias { deposit(total, into: shift.variable) }
      if dx != nil, statistics != nil {
        let all = overProcesses(rows: input.rows, sum: total, product: product)
        x.leave(
          scale.slopes(sum: all.sum, product: all.product, rows: all.rows), channels: input.channels)
      }
    }
    return z
  }
}

/// Rows of a batch in groups of utterances, each with room of its own for two chunks of as many rows as stay in a
/// core's cache.
private final class DenseChunks<Numbers: MatrixKernels> {
  let groups: Int
  private let x: Variable<Numbers.Real>
  private let group: Int
  private let length: Int
  private let room: Rows<Numbers.Real>

  init(_ tape: Tape<Numbers>, _ x: Variable<Numbers.Real>) {
    self.x = x
    group = tape.groupSize(x)
    groups = (x.batch + group - 1) / group
    length = min(group * x.positions, 256, max(64, 131_072 / x.channels / 16 * 16))
    room = Rows(tape.arena, groups * 2 * length, x.channels)
  }

  func forEach(
    of index: Int, _ body: (Range<Int>, Rows<Numbers.Real>, Rows<Numbers.Real>) -> Void
  ) {
    let all = x.rows(of: (index * group)..<min(x.batch, (index + 1) * group))
    for start in stride(from: all.lowerBound, to: all.upperBound, by: length) {
      let rows = start..<min(all.upperBound, start + length)
      let first = index * 2 * length
      body(
        rows, room.rows(first..<(first + rows.count)),
        room.rows((first + length)..<(first + length + rows.count)))
    }
  }
}
