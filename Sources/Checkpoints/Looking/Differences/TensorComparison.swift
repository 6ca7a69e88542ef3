// SPDX-License-Identifier: Apache-2.0

/// What came of comparing two tensors.
enum TensorComparison {
  case bitEqual
  case otherShape
  /// `amount`: `DiffReport.Change.change`. `isWithin`: every element is within the tolerance, or there is none and
  /// no element differs.
  case numbers(TensorDifference, amount: Double?, isWithin: Bool)

  init(
    _ a: TensorReader, _ b: TensorReader, _ tolerance: DiffOptions.Tolerance?, onBytes: (Int) -> Void
  ) throws(CheckpointError) {
    guard a.tensor.shape == b.tensor.shape else {
      self = .otherShape
      return
    }
    let pairs = ElementPairs(a: a, b: b)
    if try pairs.areBitEqual(onBytes: onBytes) {
      self = .bitEqual
      return
    }
    var sums = DifferenceSums(a.tensor.dtype, b.tensor.dtype, tolerance)
    try pairs.forEachPiece { left, right, place throws(CheckpointError) in sums.add(left, right, place) }
    let outside = sums.tolerance == nil ? sums.differing : sums.outside
    self = .numbers(
      TensorDifference(sums, shape: a.tensor.shape), amount: sums.change, isWithin: outside == 0)
  }

  var isEqual: Bool {
    switch self {
    case .bitEqual: true
    case .otherShape: false
    case .numbers(_, _, let isWithin): isWithin
    }
  }

  var amount: Double? {
    switch self {
    case .bitEqual: 0
    case .otherShape: nil
    case .numbers(_, let amount, _): amount
    }
  }
}
