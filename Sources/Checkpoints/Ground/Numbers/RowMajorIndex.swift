// SPDX-License-Identifier: Apache-2.0

/// The indices of a shape in row-major order, one after the other, beginning with zeros. No size is 0.
package struct RowMajorIndex {
  private let sizes: [Int]
  package private(set) var index: [Int]

  package init(_ sizes: [Int]) {
    self.sizes = sizes
    index = [Int](repeating: 0, count: sizes.count)
  }

  /// Steps to the next index.
  ///
  /// - Returns: the axis that went on, behind which all begin again; nil behind the last index, where all are zeros.
  package mutating func advance() -> Int? {
    for axis in sizes.indices.reversed() {
      index[axis] += 1
      if index[axis] < sizes[axis] { return axis }
      index[axis] = 0
    }
    return nil
  }

  /// How far a place moves when an axis goes on, where a step along each axis leads so far.
  package func moves(_ steps: [Int]) -> [Int] {
    var moves = steps
    var back = 0
    for axis in sizes.indices.reversed() {
      moves[axis] -= back
      back += steps[axis] * (sizes[axis] - 1)
    }
    return moves
  }
}
