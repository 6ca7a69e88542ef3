// SPDX-License-Identifier: Apache-2.0

/// What came of comparing two tensors.
enum TensorComparison {
  case bitEqual
  case otherShape
  /// `amount`: `DiffReport.Change.change`. `isWithin`: every element is within the tolerance, or there is none and
  /// no element differs. `causes`: what can have made b of a.
  case numbers(TensorDifference, amount: Double?, isWithin: Bool, causes: PairCauses)

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
    var causes = PairCauses(a.tensor.dtype, b.tensor.dtype)
    try pairs.forEachPiece { left, right, place throws(CheckpointError) in
      sums.add(left, right, place)
      causes.add(left, right)
    }
    causes.close(squares: sums.shared + sums.squaresA, ofDifference: sums.squares)
    let outside = sums.tolerance == nil ? sums.differing : sums.outside
    self = .numbers(
      TensorDifference(sums, shape: a.tensor.shape), amount: sums.change, isWithin: outside == 0,
      causes: causes)
  }

  var isEqual: Bool {
    switch self {
    case .bitEqual: true
    case .otherShape: false
    case .numbers(_, _, let isWithin, _): isWithin
    }
  }

  var amount: Double? {
    switch self {
    case .bitEqual: 0
    case .otherShape: nil
    case .numbers(_, let amount, _, _): amount
    }
  }
}
