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
