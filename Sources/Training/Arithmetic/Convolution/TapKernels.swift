// SPDX-License-Identifier: Apache-2.0
import CKernels

/// A weight's taps apart and together.
package protocol TapKernels: MatrixKernels {
  /// Some outputs of a weight `[out, in taps]` into `[out, taps in]`: `taps` matrices `[out, in]` side by side.
  static func deinterleave(_ weight: Matrix, _ taps: Int, rows: Range<Int>, into packed: Matrix)
  /// And back: weight (+)= packed.
  static func interleave(
    _ packed: Matrix, _ taps: Int, rows: Range<Int>, into weight: Matrix, accumulate: Bool)
}

extension ReferenceKernels: TapKernels {
  package static func deinterleave(_ weight: Matrix, _ taps: Int, rows: Range<Int>, into packed: Matrix) {
    each(weight) { r, c in
      if rows.contains(r) { packed[r, c % taps * (weight.columns / taps) + c / taps] = weight[r, c] }
    }
  }

  package static func interleave(
    _ packed: Matrix, _ taps: Int, rows: Range<Int>, into weight: Matrix, accumulate: Bool
  ) {
    each(weight) { r, c in
      guard rows.contains(r) else { return }
      weight[r, c] =
        (accumulate ? weight[r, c] : 0) + packed[r, c % taps * (weight.columns / taps) + c / taps]
    }
  }
}

extension NativeKernels: TapKernels {
  package static func deinterleave(_ weight: Matrix, _ taps: Int, rows: Range<Int>, into packed: Matrix) {
    unsafe table.deinterleave(weight.c, taps, rows.lowerBound, rows.upperBound, packed.c)
  }

  package static func interleave(
    _ packed: Matrix, _ taps: Int, rows: Range<Int>, into weight: Matrix, accumulate: Bool
  ) {
    unsafe table.interleave(packed.c, taps, rows.lowerBound, rows.upperBound, weight.c, accumulate ? 1 : 0)
  }
}
