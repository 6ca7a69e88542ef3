// SPDX-License-Identifier: Apache-2.0

extension TensorRecord {
  /// The dimensions in the order of their strides, the largest first, where the elements fill one run of the storage:
  /// row-major in this order they are the bytes of that run. Nil where there are gaps, an element has two places, or what
  /// is read is not what is stored.
  var memoryOrder: [Int]? {
    guard count > 0, !hasLazyBits else { return nil }
    if isContiguous { return Array(shape.indices) }
    let order = shape.indices.sorted { (strides[$1], $0) < (strides[$0], $1) }
    return permuted(order).isContiguous ? order : nil
  }

  /// `Tensor.permute(order)`.
  func permuted(_ order: [Int]) -> Self {
    var tensor = self
    tensor.shape = order.map { shape[$0] }
    tensor.strides = order.map { strides[$0] }
    return tensor
  }

  /// The bytes of the storage that a tensor with a memory order fills.
  var filledBytes: Range<Int> { offset * dtype.itemSize..<offset * dtype.itemSize + byteCount }
}
