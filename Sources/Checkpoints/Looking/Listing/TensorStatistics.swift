// SPDX-License-Identifier: Apache-2.0

/// What the elements of one tensor amount to. Two passes over them, a chunk at a time.
public struct TensorStatistics: Codable, Sendable {
  /// Equal bins from the smallest to the largest finite value; the last takes its upper end in.
  public struct Histogram: Codable, Sendable {
    /// The smallest finite value.
    public var lower: Double
    /// The largest.
    public var upper: Double
    /// A count a bin.
    public var counts: [Int]
  }

  /// What the figures are of, where not of the elements as they are: the magnitudes of complex numbers, the stored
  /// integers of quantized ones.
  public var of: String?
  /// Of the finite elements, as are all figures but the counts; absent where there are none.
  public var min: JSONValue?
  /// Absent, as `min` and `mean`, where no element is finite.
  public var max: JSONValue?
  /// Summed in float64.
  public var mean: Double?
  /// `Tensor.std()`: with Bessel's correction; absent for fewer than two elements.
  public var std: Double?
  /// Elements equal to 0, of either sign.
  public var zeros = 0
  /// NaN of any bits.
  public var nan = 0
  /// Infinities of either sign.
  public var infinite = 0
  /// Absent where no element is finite.
  public var histogram: Histogram?

  static let binCount = 16

  init() {}

  /// Reads every element of `tensor`; nil for data types that are packed several to a byte.
  init?(_ document: Document, _ tensor: TensorRecord) throws(CheckpointError) {
    let dtype = tensor.dtype
    guard ElementValue.canDecode(dtype) else { return nil }
    of = dtype.isComplex ? "magnitudes" : dtype.isQuantized ? "stored integers" : nil
    let reader = TensorReader(document, tensor)
    var sums = Sums()
    var magnitudes = ElementMagnitudes(dtype)
    try reader.forEachChunk { chunk throws(CheckpointError) in
      magnitudes.forEachBlock(of: chunk) { values in for index in values.indices { sums.add(values[index]) } }
    }
    zeros = sums.zeros
    nan = sums.nan
    infinite = sums.infinite
    guard sums.count > 0 else { return }
    mean = sums.mean
    std = sums.std
    min = magnitudes.smallest.map { ElementValue.integer($0).json } ?? .double(sums.smallest)
    max = magnitudes.largest.map { ElementValue.integer($0).json } ?? .double(sums.largest)
    let (lower, upper) = (sums.smallest, sums.largest)
    guard lower < upper, (upper - lower).isFinite else { return }
    var counts = [Int](repeating: 0, count: Self.binCount)
    let scale = Double(Self.binCount) / (upper - lower)
    guard scale.isFinite else { return }
    try reader.forEachChunk { chunk throws(CheckpointError) in
      magnitudes.forEachBlock(of: chunk) { values in
        for index in values.indices {
          let value = values[index]
          // An element outside the range was not there in the first pass: the file is changing.
          guard value.isFinite, value >= lower, value <= upper else { continue }
          counts[Swift.min(Int((value - lower) * scale), Self.binCount - 1)] += 1
        }
      }
    }
    histogram = Histogram(lower: lower, upper: upper, counts: counts)
  }

  /// Welford's running mean and sum of squares (Technometrics 4, 1962), over the finite elements.
  private struct Sums {
    var count = 0
    var mean = 0.0
    var squares = 0.0
    var smallest = Double.infinity
    var largest = -Double.infinity
    var zeros = 0
    var nan = 0
    var infinite = 0

    var std: Double? { count < 2 ? nil : (squares / Double(count - 1)).squareRoot() }

    @inline(__always)
    mutating func add(_ value: Double) {
      if value == 0 { zeros += 1 }
      guard value.isFinite else {
        if value.isNaN { nan += 1 } else { infinite += 1 }
        return
      }
      count += 1
      let step = value - mean
      mean += step / Double(count)
      squares += step * (value - mean)
      if value < smallest { smallest = value }
      if value > largest { largest = value }
    }
  }
}
