// SPDX-License-Identifier: Apache-2.0

/// What steps and sums over processes go through a matrix by.
extension Rows {
  /// Ranges of rows with about 65536 numbers each, in order: a cut by shape alone.
  var pieces: [Range<Int>] {
    let some = Swift.max(1, 65536 / Swift.max(1, columns))
    return Swift.stride(from: 0, to: rows, by: some).map { $0..<Swift.min(rows, $0 + some) }
  }

  /// Copies elements in, row by row.
  func update(rowByRow values: ArraySlice<Element>) {
    precondition(values.count == rows * columns, "as many values as the matrix has elements")
    unsafe values.withUnsafeBufferPointer { values in
      guard let source = values.baseAddress else { return }
      for row in 0..<rows {
        unsafe (base + row * stride).update(from: source + row * columns, count: columns)
      }
    }
  }
}
