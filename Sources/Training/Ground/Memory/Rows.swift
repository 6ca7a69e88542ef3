// SPDX-License-Identifier: Apache-2.0

/// A matrix in a block of memory: `rows` rows of `columns` elements, `stride` elements apart. Parts of it lie in the same
/// block, and each holds the block.
///
/// A tensor of the trainer is channels-last: one row for each (utterance, time), so that a 1x1
/// convolution is a plain product, a concatenation is a range of columns, and a batch-norm statistic is a
/// sum over rows.
///
/// Workers may read and write it while the thread that drives the tape waits for them: that thread lets go of it last.
@safe
package struct Rows<Element: BitwiseCopyable>: @unchecked Sendable {
  private let block: Block<Element>
  let base: UnsafeMutablePointer<Element>
  package let rows: Int
  package let columns: Int
  package let stride: Int

  /// Uninitialised.
  package init(_ arena: Arena, _ rows: Int, _ columns: Int) {
    self.init(Block(arena, count: rows * columns), rows, columns)
  }

  /// The first elements of a block.
  init(_ block: Block<Element>, _ rows: Int, _ columns: Int) {
    precondition(
      rows >= 0 && columns >= 0 && rows * columns <= block.count, "a block holds \(block.count) elements")
    self.block = block
    unsafe self.base = unsafe block.base
    self.rows = rows
    self.columns = columns
    self.stride = columns
  }

  /// A part of `whole`, inside of which it lies.
  @unsafe
  private init(_ whole: Self, from offset: Int, rows: Int, columns: Int, stride: Int) {
    self.block = whole.block
    unsafe self.base = unsafe whole.base + offset
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
      self, from: range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// Some of the columns.
  package func columns(_ range: Range<Int>) -> Self {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "outside the matrix")
    return unsafe Self(self, from: range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// `count` rows, `step` apart, from `first` on.
  package func rows(from first: Int, by step: Int, count: Int) -> Self {
    precondition(
      first >= 0 && step > 0 && count >= 0 && (count == 0 || first + (count - 1) * step < rows),
      "outside the matrix")
    return unsafe Self(self, from: first * stride, rows: count, columns: columns, stride: stride * step)
  }

  /// One row, as a matrix.
  package func row(_ index: Int) -> Self { rows(index..<(index + 1)) }

  /// The two halves of one row, each as a matrix of `columns` columns.
  func halves(columns count: Int) -> (Self, Self) {
    precondition(rows == 1 && columns % (2 * count) == 0, "two matrices in one row")
    let half = columns / 2
    return unsafe (
      Self(self, from: 0, rows: half / count, columns: count, stride: count),
      Self(self, from: half, rows: half / count, columns: count, stride: count)
    )
  }

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
