// SPDX-License-Identifier: Apache-2.0
import CKernels

/// The kernels of maps, pooling over time and attentive fusion, each a call of its C form.
extension NativeKernels {
  package static func poolTime(_ x: Matrix, frequencies: Int, mean: Matrix, deviation: Matrix) {
    unsafe table.pool_time(x.c, frequencies, mean.c, deviation.c)
  }

  package static func poolTimeBackward(
    _ x: Matrix, frequencies: Int, mean: Matrix, deviation: Matrix, dMean: Matrix, dDeviation: Matrix,
    into dx: Matrix, accumulate: Bool
  ) {
    unsafe table.pool_time_backward(
      x.c, frequencies, mean.c, deviation.c, dMean.c, dDeviation.c, dx.c, accumulate ? 1 : 0)
  }

  package static func affineSwish(_ z: Matrix, scale: Matrix, offset: Matrix, into y: Matrix) {
    unsafe table.affine_swish(z.c, scale.c, offset.c, y.c)
  }

  package static func swishBackward(_ d: Matrix, _ z: Matrix, scale: Matrix, offset: Matrix) {
    unsafe table.swish_backward(d.c, z.c, scale.c, offset.c)
  }

  package static func fuse(
    _ x: Matrix, _ y: Matrix, _ z: Matrix, scale: Matrix, offset: Matrix, into out: Matrix
  ) {
    unsafe table.fuse(x.c, y.c, z.c, scale.c, offset.c, out.c)
  }

  package static func fuseBackward(
    _ d: Matrix, _ x: Matrix, _ y: Matrix, _ z: Matrix, scale: Matrix, offset: Matrix, dx: Target?,
    dy: Target?
  ) {
    unsafe table.fuse_backward(
      d.c, x.c, y.c, z.c, scale.c, offset.c, (dx?.rows).c(), dx?.accumulate == true ? 1 : 0, (dy?.rows).c(),
      dy?.accumulate == true ? 1 : 0)
  }
}
