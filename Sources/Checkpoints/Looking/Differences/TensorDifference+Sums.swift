// SPDX-License-Identifier: Apache-2.0

extension TensorDifference {
  /// What was gathered over tensors of `shape`.
  init(_ sums: DifferenceSums, shape: [Int]) {
    elements = sums.elements
    differing = sums.differing
    nan = .init(a: sums.nan.a, b: sums.nan.b)
    infinite = .init(a: sums.infinite.a, b: sums.infinite.b)
    first = sums.first.map { Element($0, shape) }
    largest = sums.largest.map { Element($0, shape) }
    outside = sums.tolerance.map { _ in sums.outside }
    guard sums.hasNumbers, sums.finitePairs > 0 else { return }
    maxAbs = sums.maxInteger > 0 ? .unsigned(sums.maxInteger) : .double(sums.maxAbs)
    maxRel = .double(sums.maxRel)
    meanAbs = .double(sums.absolute / Double(sums.finitePairs))
    l2 = .double(sums.l2)
    if sums.normA > 0, sums.normB > 0 {
      let cosine = (sums.shared + sums.products) / sums.normA / sums.normB
      self.cosine = .double(cosine.isNaN ? cosine : min(max(cosine, -1), 1))
    }
    if sums.dtypeA == sums.dtypeB, sums.dtypeA.isFloatingPoint || sums.dtypeA.isComplex {
      maxULP = .unsigned(sums.maxSteps)
    }
    histogram = Histogram(sums.exponents)
  }
}

extension DifferenceSums {
  var normA: Double { (shared + squaresA).squareRoot() }
  var normB: Double { (shared + squaresB).squareRoot() }
  var l2: Double { squares.squareRoot() }

  /// ||a - b|| / max(||a||, ||b||); nil where a difference has no number.
  var change: Double? {
    guard hasNumbers, finitePairs > 0 || elements == 0 else { return nil }
    let change = l2 / max(normA, normB)
    // 0 / 0: both are zero. Infinite norms tell nothing.
    if l2 == 0 { return 0 }
    return change.isFinite ? change : nil
  }
}

extension TensorDifference.Element {
  fileprivate init(_ spot: DifferenceSums.Spot, _ shape: [Int]) {
    var rest = spot.index
    var index = shape
    for dimension in shape.indices.reversed() {
      index[dimension] = rest % shape[dimension]
      rest /= shape[dimension]
    }
    self.init(index: index, a: spot.a, b: spot.b)
  }
}

extension TensorDifference.Histogram {
  static let mostBins = 24

  /// Folds counts of exponents, from -1074 on, to at most `mostBins` bins. Nil where there is none.
  init?(_ exponents: [Int]) {
    guard let first = exponents.firstIndex(where: { $0 > 0 }),
      let last = exponents.lastIndex(where: { $0 > 0 })
    else { return nil }
    lowest = first - 1074
    octaves = (last - first) / Self.mostBins + 1
    counts = [Int](repeating: 0, count: (last - first) / octaves + 1)
    for index in first...last { counts[(index - first) / octaves] += exponents[index] }
  }
}

extension JSONValue {
  /// A number, or its digits where it is beyond what JSON's readers hold.
  fileprivate static func unsigned(_ value: UInt64) -> JSONValue {
    Int64(exactly: value).map { .int($0) } ?? .text(String(value))
  }
}
