// SPDX-License-Identifier: Apache-2.0

/// What a two-dimensional convolution by columns needs, as definitions.
extension ReferenceKernels {
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
