// SPDX-License-Identifier: Apache-2.0
package import CKernels

/// The fast form of every kernel: OpenBLAS for products, `CKernels` for the rest.
package enum NativeKernels<Real: NativeReal>: Sendable {
  package typealias Matrix = Rows<Real>
  package typealias Sums = Rows<Double>
  package typealias Target = (rows: Matrix, accumulate: Bool)

  static var table: ck_kernels {
    Real.usesDouble ? ck_double_kernels : ck_float_kernels
  }
}

extension Rows {
  /// The view as the C kernels take it.
  package var c: ck_rows {
    unsafe ck_rows(base: base, rows: rows, columns: columns, stride: stride)
  }
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
