// SPDX-License-Identifier: Apache-2.0
import CKernels

/// What lies under the taps of a two-dimensional convolution, laid out as rows.
package protocol ColumnKernels: MatrixKernels {
  /// The inputs under each tap of the kernel, for some of an utterance's output positions: a row `[taps in]` each.
  static func unfold(_ x: Matrix, _ geometry: Geometry2d, positions: Range<Int>, into columns: Matrix)
  /// dx += the rows of `unfold` put back where they came from.
  static func foldBack(_ columns: Matrix, _ geometry: Geometry2d, positions: Range<Int>, into dx: Matrix)
}

extension ReferenceKernels: ColumnKernels {
  package static func unfold(
    _ x: Matrix, _ geometry: Geometry2d, positions: Range<Int>, into columns: Matrix
  ) {
    geometry.eachTap(positions) { row, tap, source in
      for c in 0..<x.columns { columns[row, tap * x.columns + c] = source.map { x[$0, c] } ?? 0 }
    }
  }

  package static func foldBack(
    _ columns: Matrix, _ geometry: Geometry2d, positions: Range<Int>, into dx: Matrix
  ) {
    geometry.eachTap(positions) { row, tap, source in
      guard let source else { return }
      for c in 0..<dx.columns { dx[source, c] += columns[row, tap * dx.columns + c] }
    }
  }
}

extension NativeKernels: ColumnKernels {
  package static func unfold(
    _ x: Matrix, _ geometry: Geometry2d, positions: Range<Int>, into columns: Matrix
  ) {
    unsafe table.unfold(x.c, geometry.c, positions.lowerBound, positions.upperBound, columns.c)
  }

  package static func foldBack(
    _ columns: Matrix, _ geometry: Geometry2d, positions: Range<Int>, into dx: Matrix
  ) {
    unsafe table.fold_back(columns.c, geometry.c, positions.lowerBound, positions.upperBound, dx.c)
  }
}

extension Geometry2d {
  /// Each tap of each position: the position's row among `positions`, the tap, and the input row under it; nil in
  /// the padding.
  fileprivate func eachTap(_ positions: Range<Int>, _ body: (Int, Int, Int?) -> Void) {
    for (row, position) in positions.enumerated() {
      let (f, t) = (position / outputFrames, position % outputFrames)
      for tap in 0..<taps {
        let y = f * stride.frequency + tap / kernel.time * dilation.frequency - padding.frequency
        let x = t * stride.time + tap % kernel.time * dilation.time - padding.time
        let isInside = (0..<frequencies).contains(y) && (0..<frames).contains(x)
        body(row, tap, isInside ? y * frames + x : nil)
      }
    }
  }
}

extension Geometry2d {
  fileprivate var c: ck_geometry {
    ck_geometry(
      frequencies: frequencies, frames: frames, output_frames: outputFrames, kernel_f: kernel.frequency,
      kernel_t: kernel.time, stride_f: stride.frequency, stride_t: stride.time,
      dilation_f: dilation.frequency, dilation_t: dilation.time, padding_f: padding.frequency,
      padding_t: padding.time)
  }
}
