// SPDX-License-Identifier: Apache-2.0

/// Where the elements of a piece stand in their tensor, row-major.
enum ElementPlace {
  /// They follow each other from this index on.
  case run(from: Int)
  case box(ElementBox, shape: [Int])

  /// Whether a later piece, and a later element of a piece, has a larger index.
  var isInOrder: Bool {
    if case .run = self { true } else { false }
  }

  func index(of local: Int) -> Int {
    switch self {
    case .run(let start): return start + local
    case .box(let box, let shape):
      var rest = local
      var index = 0
      var step = 1
      for dimension in shape.indices.reversed() {
        index += (box.lower[dimension] + rest % box.size[dimension]) * step
        rest /= box.size[dimension]
        step *= shape[dimension]
      }
      return index
    }
  }
}

/// A range of indexes in every dimension. None is empty.
struct ElementBox {
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
}
