// SPDX-License-Identifier: Apache-2.0

/// A range of indexes in every dimension of a tensor. None is empty.
struct ElementBox: Equatable {
  var lower: [Int]
  var size: [Int]

  var count: Int { size.reduce(1, *) }

  /// The elements of the storage from the first to one past the last that the box touches.
  func extent(in tensor: TensorRecord) -> Range<Int> {
    var first = tensor.offset
    var last = 0
    for dimension in size.indices {
      first += lower[dimension] * tensor.strides[dimension]
      last += (size[dimension] - 1) * tensor.strides[dimension]
    }
    return first..<first + last + 1
  }

  /// Cuts a dimension in half.
  func halves(along dimension: Int) -> (ElementBox, ElementBox) {
    var (first, second) = (self, self)
    first.size[dimension] /= 2
    second.lower[dimension] += first.size[dimension]
    second.size[dimension] -= first.size[dimension]
    return (first, second)
  }

  /// The dimension along which the elements lie farthest apart in a storage; nil for a single element.
  func widest(_ strides: [Int]) -> Int? {
    size.indices.filter { size[$0] > 1 }.max { (size[$0] - 1) * strides[$0] < (size[$1] - 1) * strides[$1] }
  }

  /// The elements `range` of the row-major order as boxes, each of which is a range of that order: at most two for
  /// every dimension.
  static func covering(_ range: Range<Int>, of shape: [Int]) -> [ElementBox] {
    if range.isEmpty { return [] }
    let steps = TensorRecord.contiguousStrides(shape)
    var boxes: [ElementBox] = []
    var position = range.lowerBound
    while position < range.upperBound {
      let left = range.upperBound - position
      var box = ElementBox(lower: shape, size: shape)
      for dimension in shape.indices {
        box.lower[dimension] = position / steps[dimension] % shape[dimension]
      }
      // The outermost dimension of which whole steps begin here and fit.
      if let dimension = steps.indices.first(where: { position % steps[$0] == 0 && steps[$0] <= left }) {
        for outer in 0..<dimension { box.size[outer] = 1 }
        box.size[dimension] = min(shape[dimension] - box.lower[dimension], left / steps[dimension])
      }
      boxes.append(box)
      position += box.count
    }
    return boxes
  }
}
