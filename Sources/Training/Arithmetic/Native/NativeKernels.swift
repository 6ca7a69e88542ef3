// SPDX-License-Identifier: Apache-2.0
import CKernels
import COpenBLAS

/// A precision that the fast kernels exist in.
package protocol NativeReal: BinaryFloatingPoint, BitwiseCopyable, Sendable {
  static func product(
    _ a: Rows<Self>, _ transposedA: Bool, _ b: Rows<Self>, _ transposedB: Bool, _ c: Rows<Self>,
    accumulate: Bool)
  static var usesDouble: Bool { get }
}

/// The fast form of every kernel: OpenBLAS for products, `CKernels` for the rest.
package enum NativeKernels<Real: NativeReal>: Kernels {
  package typealias Matrix = Rows<Real>
  package typealias Sums = Rows<Double>
  package typealias Target = (rows: Matrix, accumulate: Bool)

  static var table: ck_kernels {
    Real.usesDouble ? ck_double_kernels : ck_float_kernels
  }

  package static func multiply(
    _ a: Matrix, transposed ta: Bool, _ b: Matrix, transposed tb: Bool, into c: Matrix, accumulate: Bool
  ) {
    let inner = ta ? a.rows : a.columns
    precondition(
      (ta ? a.columns : a.rows) == c.rows && (tb ? b.rows : b.columns) == c.columns
        && inner == (tb ? b.columns : b.rows), "matrices that can be multiplied")
    guard c.rows > 0, c.columns > 0 else { return }
    BLAS.ready()
    Real.product(a, ta, b, tb, c, accumulate: accumulate)
  }
}

/// What the programs compute with.
package typealias FastKernels = NativeKernels<Float>

extension Float: NativeReal {
  package static var usesDouble: Bool { false }

  package static func product(
    _ a: Rows<Self>, _ transposedA: Bool, _ b: Rows<Self>, _ transposedB: Bool, _ c: Rows<Self>,
    accumulate: Bool
  ) {
    unsafe cblas_sgemm(
      CblasRowMajor, transposedA ? CblasTrans : CblasNoTrans, transposedB ? CblasTrans : CblasNoTrans,
      blasint(c.rows), blasint(c.columns), blasint(transposedA ? a.rows : a.columns), 1, a.base,
      blasint(a.stride), b.base, blasint(b.stride), accumulate ? 1 : 0, c.base, blasint(c.stride))
  }
}

extension Double: NativeReal {
  package static var usesDouble: Bool { true }

  package static func product(
    _ a: Rows<Self>, _ transposedA: Bool, _ b: Rows<Self>, _ transposedB: Bool, _ c: Rows<Self>,
    accumulate: Bool
  ) {
    unsafe cblas_dgemm(
      CblasRowMajor, transposedA ? CblasTrans : CblasNoTrans, transposedB ? CblasTrans : CblasNoTrans,
      blasint(c.rows), blasint(c.columns), blasint(transposedA ? a.rows : a.columns), 1, a.base,
      blasint(a.stride), b.base, blasint(b.stride), accumulate ? 1 : 0, c.base, blasint(c.stride))
  }
}

extension Rows {
  /// The view as the C kernels take it.
  var c: ck_rows {
    unsafe ck_rows(base: base, rows: rows, columns: columns, stride: stride)
  }
}

extension Geometry2d {
  var c: ck_geometry {
    ck_geometry(
      frequencies: frequencies, frames: frames, output_frames: outputFrames, kernel_f: kernel.frequency,
      kernel_t: kernel.time, stride_f: stride.frequency, stride_t: stride.time,
      dilation_f: dilation.frequency, dilation_t: dilation.time, padding_f: padding.frequency,
      padding_t: padding.time)
  }
}

extension DeviationForm {
  var c: ck_deviation { ck_deviation(correction: correction, floor: floor, epsilon: epsilon) }
}

extension Rows<Double> {
  var sums: ck_sums {
    unsafe ck_sums(base: base, rows: rows, columns: columns, stride: stride)
  }
}

extension Optional {
  func c<Real: NativeReal>() -> ck_rows where Wrapped == Rows<Real> {
    unsafe self?.c ?? ck_rows(base: nil, rows: 0, columns: 0, stride: 0)
  }

  func sums() -> ck_sums where Wrapped == Rows<Double> {
    unsafe self?.sums ?? ck_sums(base: nil, rows: 0, columns: 0, stride: 0)
  }
}
