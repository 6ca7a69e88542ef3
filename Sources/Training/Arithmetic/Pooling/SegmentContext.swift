// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// An utterance's positions in segments of some length, the last of which may be shorter.
struct Segments: Sendable, Equatable {
  let positions: Int
  let length: Int

  var count: Int { (positions + length - 1) / length }

  /// The positions of one segment.
  subscript(_ index: Int) -> Range<Int> { (index * length)..<min(positions, (index + 1) * length) }
}

/// What context-aware masking (Wang et al. 2023, "CAM++") is made of.
extension Tape where Numbers: GateKernels & ActivationKernels {
  /// What each segment is like: its mean plus that of the whole utterance. A position for each segment.
  package func segmentContext(_ x: Variable<Real>, length: Int) -> Variable<Real> {
    let segments = Segments(positions: x.positions, length: length)
    let context = make(
      batch: x.batch, positions: segments.count, channels: x.channels, requiresGradient: x.requiresGradient)
    let means = Rows<Real>(arena, x.batch, x.channels)
    workers.forEach(x.batch, elements: x.elements) { b in
      let (rows, own) = (x.value.rows(x.utterance(b)), context.value.rows(context.utterance(b)))
      Numbers.columnMeans(rows, into: means.row(b))
      for index in 0..<segments.count {
        Numbers.columnMeans(rows.rows(segments[index]), into: own.row(index))
      }
      Numbers.activate(own, bias: means.row(b), context: nil, .none, moments: nil)
    }
    trace { graph in
      let value = graph.sequence(x)
      let segments = graph.node(
        "AveragePool", [value],
        [
          ("ceil_mode", .int(1)), ("kernel_shape", .ints([Int64(length)])),
          ("strides", .ints([Int64(length)])),
        ])
      graph.give(graph.node("Add", [graph.timeMean(value, .sequence), segments]), to: context, .sequence)
    }
    guard context.requiresGradient else { return context }
    record { [unowned self] in
      guard let d = context.gradient else { return }
      let (dx, accumulate) = x.claimGradient()
      workers.forEach(x.batch, elements: x.elements) { b in
        let (rows, own) = (dx.rows(x.utterance(b)), d.rows(context.utterance(b)))
        for c in 0..<x.channels {
          var whole: Real = 0
          for index in 0..<segments.count { whole += own[index, c] }
          whole /= Real(segments.positions)
          // In place: nobody else reads it.
          for index in 0..<segments.count {
            own[index, c] = own[index, c] / Real(segments[index].count) + whole
          }
        }
        if !accumulate { rows.fill(0) }
        for index in 0..<segments.count {
          Numbers.activate(
            rows.rows(segments[index]), bias: own.row(index), context: nil, .none, moments: nil)
        }
      }
    }
    return context
  }

  /// y times its segment's mask, which has a position for each segment; the result goes into `target`.
  package func mask(_ y: Variable<Real>, by mask: Variable<Real>, length: Int, into target: Variable<Real>) {
    let segments = Segments(positions: y.positions, length: length)
    precondition(mask.positions == segments.count, "a mask for each segment")
    let needsGradient = isRecording && (y.requiresGradient || mask.requiresGradient)
    if needsGradient { target.tensor.requiresGradient = true }
    let workers = workers
    let zeros = Rows<Real>(arena, 1, y.channels)
    zeros.fill(0)
    // Not by way of the tape, which holds the step that calls this.
    func forEach(_ body: (_ rows: Range<Int>, _ segment: Int) -> Void) {
      workers.forEach(y.batch, elements: y.elements) { b in
        let start = b * y.positions
        for index in 0..<segments.count {
          let own = segments[index]
          body((start + own.lowerBound)..<(start + own.upperBound), b * segments.count + index)
        }
      }
    }
    forEach { rows, segment in
      Numbers.affine(
        y.value.rows(rows), scale: mask.value.row(segment), offset: zeros, into: target.value.rows(rows))
    }
    trace { graph in
      let value = graph.sequence(y)
      let spread = graph.node(
        "Gather", [graph.sequence(mask), graph.segmentIndex(y, value, length: length)], [("axis", .int(2))])
      graph.give(graph.node("Mul", [value, spread]), to: target, .sequence)
    }
    guard needsGradient else { return }
    record { [unowned self] in
      guard let d = target.gradient else { return }
      if mask.requiresGradient {
        let sums = Rows<Real>(arena, mask.rows, mask.channels)
        forEach { rows, segment in
          Numbers.gateSums(d.rows(rows), y.value.rows(rows), into: sums.row(segment))
        }
        let (gradient, accumulate) = mask.claimGradient()
        Numbers.add(sums, into: gradient, accumulate: accumulate)
      }
      if y.requiresGradient {
        let (dy, accumulate) = y.claimGradient()
        forEach { rows, segment in
          Numbers.gateBackward(
            d.rows(rows), gate: mask.value.row(segment), offset: zeros, into: dy.rows(rows),
            accumulate: accumulate)
        }
      }
    }
  }
}
