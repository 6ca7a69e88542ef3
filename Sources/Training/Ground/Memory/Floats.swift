// SPDX-License-Identifier: Apache-2.0
import CKernels

/// Between a matrix of any precision and the float32 values of files and features.
extension Rows where Element: BinaryFloatingPoint {
  /// Copies values in, row by row.
  package func update(from values: [Float]) {
    precondition(values.count == rows * columns, "as many values as the matrix has elements")
    unsafe values.withUnsafeBufferPointer { values in
      guard let source = values.baseAddress else { return }
      for row in 0..<rows {
        let (from, to) = unsafe (source + row * columns, base + row * stride)
        if let to = unsafe to as? UnsafeMutablePointer<Float> {
          unsafe to.update(from: from, count: columns)
        } else if let to = unsafe to as? UnsafeMutablePointer<Double> {
          unsafe ck_widen(from, to, columns)
        } else {
          for column in 0..<columns { unsafe to[column] = Element(from[column]) }
        }
      }
    }
  }

  /// The values rounded to float32, row by row.
  package var floats: [Float] {
    unsafe [Float](unsafeUninitializedCapacity: rows * columns) { target, count in
      count = rows * columns
      guard let target = target.baseAddress else { return }
      for row in 0..<rows {
        let (from, to) = unsafe (base + row * stride, target + row * columns)
        if let from = unsafe from as? UnsafeMutablePointer<Float> {
          unsafe to.update(from: from, count: columns)
        } else if let from = unsafe from as? UnsafeMutablePointer<Double> {
          unsafe ck_narrow(from, to, columns)
        } else {
          for column in 0..<columns { unsafe to[column] = Float(from[column]) }
        }
      }
    }
  }
}
