// SPDX-License-Identifier: Apache-2.0

/// What became of some tensors, in one word: the rules, each with what it needs to be said.
enum PartState {
  case unchanged
  case new
  case gone
  /// Every tensor that differs is a batch norm's `running_mean`, `running_var` or `num_batches_tracked`.
  case statistics
  /// Every tensor that differs has another data type, the same for all, and holds what a cast makes, bit by bit.
  case cast(DTypePair)
  /// Every tensor that differs is what a cast to one of these and back makes, bit by bit.
  case castAndBack([DType])
  /// Every tensor that differs is the same multiple, each product rounded as its data type rounds.
  case scaled(ClosedRange<Double>)
  /// Numbers differ, by ||b - a|| / ||a|| where there is such a number.
  case moved(Double?)
  /// No number differs, but tensors are new, gone, ambiguous, or of another shape.
  case rebuilt

  /// Elements other than zero that a cast and back, or a factor, must have had. One bfloat16 in 2^5 is a float8_e5m2, so
  /// that a chance change passes for a cast once in some 2^5; eight of them do not.
  private static let leastEvidence = 8

  init(_ sums: PartSums) {
    let figures = sums.figures
    let differ = figures.changed + figures.dtype
    if figures.equal + figures.withinTolerance == figures.tensors {
      self = .unchanged
    } else if figures.added == figures.tensors {
      self = .new
    } else if figures.removed == figures.tensors {
      self = .gone
    } else if differ == 0 {
      self = .rebuilt
    } else if figures.changed == figures.statistics, figures.dtype == 0 {
      self = .statistics
    } else if figures.changed == 0, sums.exactCasts == figures.dtype, let dtypes = sums.commonRetyping {
      self = .cast(dtypes)
    } else if figures.dtype == 0, let ways = sums.ways, !ways.isEmpty, sums.wayEvidence >= Self.leastEvidence
    {
      self = .castAndBack(ways)
    } else if figures.dtype == 0, let factors = sums.factors, !factors.contains(1), !factors.contains(0),
      sums.factorEvidence >= Self.leastEvidence
    {
      self = .scaled(factors)
    } else {
      self = .moved(figures.change)
    }
  }

  /// Stands in reports; a word for each case.
  var code: String {
    switch self {
    case .unchanged: "unchanged"
    case .new: "new"
    case .gone: "gone"
    case .statistics: "batch-norm-statistics"
    case .cast: "cast"
    case .castAndBack: "cast-and-back"
    case .scaled: "scaled"
    case .moved: "moved"
    case .rebuilt: "rebuilt"
    }
  }

  /// Whether it says how all numbers came to be, so that nothing need be said of parts.
  var isCause: Bool {
    switch self {
    case .statistics, .cast, .castAndBack, .scaled: true
    default: false
    }
  }
}
