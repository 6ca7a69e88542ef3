// SPDX-License-Identifier: Apache-2.0

/// What is gathered over the tensors of a part, and what of it is no figure to print.
struct PartSums {
  private(set) var figures = DiffPart.Figures()
  /// Data types before and after, where every tensor of another data type went the same way; nil where they did not.
  private(set) var retyped: DTypePair?
  /// Of those: how many are exactly what the cast makes.
  private(set) var exactCasts = 0
  /// By way of which data types every changed tensor is a cast and back; nil before the first.
  private(set) var ways: [DType]?
  private(set) var wayEvidence = 0
  /// The factors that every changed tensor may have; nil where there is none.
  private(set) var factors: ClosedRange<Double>? = -Double.infinity...Double.infinity
  private(set) var factorEvidence = 0
  /// Numbers of the changed tensors that can be NaN.
  private(set) var floating = 0

  private var squares = 0.0
  private var squaresOfDifference = 0.0
  private var hasTwoRetypings = false

  mutating func add(_ one: StoryTensor) {
    figures.tensors += 1
    figures.elements += one.tensor.count
    if one.isRenamed { figures.renamed += 1 }
    switch one.fate {
    case .equal: figures.equal += 1
    case .withinTolerance: figures.withinTolerance += 1
    case .reshaped: figures.shape += 1
    case .removed: figures.removed += 1
    case .added: figures.added += 1
    case .ambiguous: figures.ambiguous += 1
    case .changed(let numbers, let causes):
      figures.changed += 1
      if one.isStatistic { figures.statistics += 1 }
      ways = ways.map { $0.filter(causes.casts.targets.contains) } ?? causes.casts.targets
      wayEvidence += causes.casts.evidence
      factors = FactorCheck.intersection(factors, causes.factor.range)
      factorEvidence += causes.factor.evidence
      add(numbers, causes, of: one)
    case .retyped(let numbers, let causes, let dtypes):
      figures.dtype += 1
      if let known = retyped, known != dtypes { hasTwoRetypings = true }
      retyped = dtypes
      if causes.casts.targets.contains(dtypes.b) { exactCasts += 1 }
      add(numbers, causes, of: one)
    }
  }

  private mutating func add(_ numbers: TensorDifference, _ causes: PairCauses, of one: StoryTensor) {
    figures.differing += numbers.differing
    figures.nonFinite.a += numbers.nan.a + numbers.infinite.a
    figures.nonFinite.b += numbers.nan.b + numbers.infinite.b
    guard one.tensor.dtype.isFloatingPoint || one.tensor.dtype.isComplex else { return }
    floating += numbers.elements
    guard !one.isStatistic else { return }
    squares += causes.squares
    squaresOfDifference += causes.squaresOfDifference
    figures.change = Self.change(squaresOfDifference, squares)
    if case .double(let distance)? = numbers.maxAbs, distance.isFinite, let place = numbers.largest,
      distance > figures.maxAbs ?? -1
    {
      figures.maxAbs = distance
      figures.largest = .init(path: one.path, index: place.index)
    }
  }

  /// Nil where there is no number: nothing was there before, or squares overflow.
  private static func change(_ difference: Double, _ before: Double) -> Double? {
    if difference == 0 && before.isFinite { return 0 }
    let change = (difference / before).squareRoot()
    return change.isFinite ? change : nil
  }

  /// The one way that all retyped tensors went.
  var commonRetyping: DTypePair? { hasTwoRetypings ? nil : retyped }
}
