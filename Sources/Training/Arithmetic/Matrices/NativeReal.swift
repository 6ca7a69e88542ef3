// SPDX-License-Identifier: Apache-2.0
import COpenBLAS

/// A precision that the fast kernels exist in.
package protocol NativeReal: BinaryFloatingPoint, BitwiseCopyable, Sendable {
  static func product(
    _ a: Rows<Self>, _ transposedA: Bool, _ b: Rows<Self>, _ transposedB: Bool, _ c: Rows<Self>,
    accumulate: Bool)
  static var usesDouble: Bool { get }
}

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
