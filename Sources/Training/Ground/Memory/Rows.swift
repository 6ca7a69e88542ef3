// SPDX-License-Identifier: Apache-2.0

/// A view of a matrix: `rows` rows of `columns` elements, `stride` elements apart. It owns nothing.
///
/// A tensor of the trainer is channels-last: one row for each (utterance, time), so that a 1x1
/// convolution is a plain product, a concatenation is a range of columns, and a batch-norm statistic is a
/// sum over rows.
@safe
package struct Rows<Element: BitwiseCopyable>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Element>
  package let rows: Int
  package let columns: Int
  package let stride: Int

  @unsafe
  init(base: UnsafeMutablePointer<Element>, rows: Int, columns: Int, stride: Int) {
    unsafe self.base = unsafe base
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  @inlinable
  package subscript(row: Int, column: Int) -> Element {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "outside the matrix")
      return unsafe base[row &* stride &+ column]
    }
    nonmutating set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "outside the matrix")
      unsafe base[row &* stride &+ column] = newValue
    }
  }

  /// Some of the rows.
  package func rows(_ range: Range<Int>) -> Self {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "outside the matrix")
    return unsafe Self(
      base: base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// Some of the columns.
  package func columns(_ range: Range<Int>) -> Self {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "outside the matrix")
    return unsafe Self(
      base: base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// `count` rows, `step` apart, from `first` on.
  package func rows(from first: Int, by step: Int, count: Int) -> Self {
    precondition(
      first >= 0 && step > 0 && count >= 0 && (count == 0 || first + (count - 1) * step < rows),
      "outside the matrix")
    return unsafe Self(base: base + first * stride, rows: count, columns: columns, stride: stride * step)
  }

  /// One row, as a matrix.
  package func row(_ index: Int) -> Self { rows(index..<(index + 1)) }

  package func fill(_ value: Element) {
    for row in 0..<rows {
      unsafe UnsafeMutableBufferPointer(start: base + row * stride, count: columns).update(repeating: value)
    }
  }

  /// The elements, row by row.
  package var elements: [Element] {
    var result: [Element] = []
    result.reserveCapacity(rows * columns)
    for row in 0..<rows {
      unsafe result.append(contentsOf: UnsafeBufferPointer(start: base + row * stride, count: columns))
    }
    return result
  }
}
