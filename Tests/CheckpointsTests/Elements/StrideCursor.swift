// SPDX-License-Identifier: Apache-2.0

/// Where the elements of a view lie, in row-major order, counted in elements from the first: one step at a time, as
/// plainly as can be, to hold readers against.
struct StrideCursor {
  private let shape: [Int]
  private let strides: [Int]
  private var counter: [Int]
  private(set) var position = 0

  init(_ shape: [Int], _ strides: [Int]) {
    self.shape = shape
    self.strides = strides
    counter = [Int](repeating: 0, count: shape.count)
  }

  mutating func advance() {
    for dimension in counter.indices.reversed() {
      counter[dimension] += 1
      position += strides[dimension]
      if counter[dimension] < shape[dimension] { return }
      position -= strides[dimension] * shape[dimension]
      counter[dimension] = 0
    }
  }
}
