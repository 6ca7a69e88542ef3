// SPDX-License-Identifier: Apache-2.0
import CKernels

/// Convolutions over windows.
package protocol WindowKernels: MatrixKernels {
  /// Whether convolutions over windows are faster here than products of unfolded columns.
  static var prefersWindows: Bool { get }
  /// Some positions of a map with zeros around them; what the window's rows have more than the map's is zero.
  static func window(_ map: Matrix, _ shape: MapWindow, into window: Matrix)
  static func packedBlocks(_ outputs: Int) -> Int
  /// A weight `[out, in taps]` as `product` reads it: the outputs of one block (of `packedBlocks`); transposed,
  /// its inputs are what is put out. `packed` has a row for each (tap, input), of whole vectors.
  static func pack(
    _ weight: Matrix, _ taps: Int, _ order: WindowTaps, transposed: Bool, block: Int, into packed: Matrix)
  /// out (+)= for each position the elements of its runs times the packed weights. The window goes on for
  /// `WindowTaps.slack` rows, or there are at least 24 positions.
  static func product(
    _ window: Matrix, _ runs: [WindowRun], _ packed: Matrix, _ positions: WindowPositions, into out: Matrix,
    accumulate: Bool)
  /// sums += over the rows of d: each element of the position's runs times d. The window goes on for
  /// `WindowTaps.slack` rows; d and sums have whole vectors as rows.
  static func productGradient(_ window: Matrix, _ runs: [WindowRun], _ d: Matrix, into sums: Matrix)
  /// Some outputs of a weight `[out, in taps]` (+)= the sums, which have a row for each (tap, input).
  static func unpack(
    _ sums: Matrix, _ taps: Int, _ order: WindowTaps, rows: Range<Int>, into weight: Matrix, accumulate: Bool)
}

extension ReferenceKernels: WindowKernels {
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

/// In Float register tiles, where the processor has them; else the definition, which nothing but tests asks for.
extension NativeKernels: WindowKernels {
  package static var prefersWindows: Bool { form != nil && DirectForm.isOptimised }

  package static func window(_ map: Matrix, _ shape: MapWindow, into window: Matrix) {
    precondition(
      map.rows >= shape.frequencies * shape.frames && map.columns <= window.columns
        && window.rows >= (shape.rows - 1) * shape.pitch + shape.columns, "room for the window")
    guard !Real.usesDouble else {
      return ReferenceKernels<Real>.window(map, shape, into: window)
    }
    let form = ck_window(
      frequencies: shape.frequencies, frames: shape.frames, first_row: shape.firstRow,
      row_step: shape.rowStep, rows: shape.rows, first_column: shape.firstColumn,
      column_step: shape.columnStep, columns: shape.columns, pitch: shape.pitch)
    unsafe ck_direct_window(map.c, form, window.c)
  }

  package static func packedBlocks(_ outputs: Int) -> Int {
    form?.packedBlocks(outputs) ?? ReferenceKernels<Real>.packedBlocks(outputs)
  }

  package static func pack(
    _ weight: Matrix, _ taps: Int, _ order: WindowTaps, transposed: Bool, block: Int, into packed: Matrix
  ) {
    guard let form else {
      return ReferenceKernels<Real>.pack(
        weight, taps, order, transposed: transposed, block: block, into: packed)
    }
    unsafe form.pack(weight.c, taps, order, transposed: transposed, block: block, into: packed.c)
  }

  package static func product(
    _ window: Matrix, _ runs: [WindowRun], _ packed: Matrix, _ positions: WindowPositions, into out: Matrix,
    accumulate: Bool
  ) {
    guard let form else {
      return ReferenceKernels<Real>.product(
        window, runs, packed, positions, into: out, accumulate: accumulate)
    }
    unsafe form.product(window.c, runs, packed.c, positions, into: out.c, accumulate: accumulate)
  }

  package static func productGradient(
    _ window: Matrix, _ runs: [WindowRun], _ d: Matrix, into sums: Matrix
  ) {
    precondition(d.columns == sums.columns && d.columns % 16 == 0, "whole vectors")
    guard let form else {
      return ReferenceKernels<Real>.productGradient(window, runs, d, into: sums)
    }
    unsafe form.productGradient(window.c, runs, d.c, into: sums.c)
  }

  package static func unpack(
    _ sums: Matrix, _ taps: Int, _ order: WindowTaps, rows: Range<Int>, into weight: Matrix, accumulate: Bool
  ) {
    guard !Real.usesDouble else {
      return ReferenceKernels<Real>.unpack(
        sums, taps, order, rows: rows, into: weight, accumulate: accumulate)
    }
    unsafe order.order.withUnsafeBufferPointer { list in
      guard let base = list.baseAddress else { return }
      unsafe ck_direct_unpack(
        sums.c, taps, base, list.count, rows.lowerBound, rows.upperBound, weight.c, accumulate ? 1 : 0)
    }
  }

  private static var form: DirectForm? { Real.usesDouble ? nil : DirectForm.all.first }
}
