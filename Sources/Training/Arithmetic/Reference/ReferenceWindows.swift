// SPDX-License-Identifier: Apache-2.0

/// Convolutions over windows, as definitions.
extension ReferenceKernels {
  package static var prefersWindows: Bool { false }

  package static func window(_ map: Matrix, _ shape: MapWindow, into window: Matrix) {
    for i in 0..<shape.rows {
      for j in 0..<shape.columns {
        let (f, t) = (shape.firstRow + i * shape.rowStep, shape.firstColumn + j * shape.columnStep)
        let isInside = (0..<shape.frequencies).contains(f) && (0..<shape.frames).contains(t)
        for c in 0..<window.columns {
          window[i * shape.pitch + j, c] = isInside && c < map.columns ? map[f * shape.frames + t, c] : 0
        }
      }
    }
  }

  package static func packedBlocks(_ outputs: Int) -> Int { 1 }

  package static func pack(
    _ weight: Matrix, _ taps: Int, _ order: WindowTaps, transposed: Bool, block: Int, into packed: Matrix
  ) {
    let inputs = order.channels
    each(packed) { row, output in
      let (tap, input) = (order.order[row / inputs], row % inputs)
      let isThere = output < (transposed ? weight.columns / taps : weight.rows)
      packed[row, output] =
        !isThere ? 0 : transposed ? weight[input, output * taps + tap] : weight[output, input * taps + tap]
    }
  }

  package static func product(
    _ window: Matrix, _ runs: [WindowRun], _ packed: Matrix, _ positions: WindowPositions, into out: Matrix,
    accumulate: Bool
  ) {
    for position in 0..<positions.count where position % positions.pitch < positions.valid {
      let row =
        position / positions.pitch * positions.rowStep + position % positions.pitch * positions.columnStep
      for output in 0..<out.columns {
        var sum = Real(0)
        eachElement(window, runs, position) { sum += $1 * packed[$0, output] }
        out[row, output] = accumulate ? out[row, output] + sum : sum
      }
    }
  }

  package static func productGradient(
    _ window: Matrix, _ runs: [WindowRun], _ d: Matrix, into sums: Matrix
  ) {
    for position in 0..<d.rows {
      eachElement(window, runs, position) { row, value in
        for output in 0..<d.columns { sums[row, output] += value * d[position, output] }
      }
    }
  }

  package static func unpack(
    _ sums: Matrix, _ taps: Int, _ order: WindowTaps, rows: Range<Int>, into weight: Matrix, accumulate: Bool
  ) {
    for output in rows {
      for row in 0..<order.inner {
        let column = row % order.channels * taps + order.order[row / order.channels]
        weight[output, column] = (accumulate ? weight[output, column] : 0) + sums[row, output]
      }
    }
  }

  /// The elements of a position's runs, counted from 0.
  private static func eachElement(
    _ window: Matrix, _ runs: [WindowRun], _ position: Int, _ body: (Int, Real) -> Void
  ) {
    var index = 0
    for run in runs {
      for offset in run.offset..<(run.offset + run.length) {
        body(index, window[position + offset / window.columns, offset % window.columns])
        index += 1
      }
    }
  }
}
