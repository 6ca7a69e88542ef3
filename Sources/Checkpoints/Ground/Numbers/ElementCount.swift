// SPDX-License-Identifier: Apache-2.0

extension [Int] {
  /// How many elements a tensor of this shape has; nil where a size is negative or the count is beyond any memory.
  package var elementCount: Int? {
    var (count, largest) = (1, 1)
    for size in self {
      // A zero does not excuse what stands beside it: strides multiply the others.
      let (product, overflow) = largest.multipliedReportingOverflow(by: Swift.max(size, 1))
      guard size >= 0, !overflow else { return nil }
      largest = product
      count = size == 0 ? 0 : count * size
    }
    return count
  }
}
