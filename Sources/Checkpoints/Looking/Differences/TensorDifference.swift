// SPDX-License-Identifier: Apache-2.0

/// How the elements of two tensors of one shape differ.
///
/// All figures but the counts are over the pairs of elements that are both finite, in float64, whatever the data
/// types. A complex number counts as one element; its parts are two numbers for `l2` and `cosine`. Figures that
/// are not finite are the texts `NaN` and `Infinity`.
public struct TensorDifference: Codable, Sendable {
  /// One element: where it stands, an index a dimension, and its values.
  public struct Element: Codable, Sendable {
    /// Counted from 0, outermost dimension first.
    public var index: [Int]
    /// Of the first tensor.
    public var a: JSONValue
    /// Of the second.
    public var b: JSONValue
  }

  /// How many differences lie between powers of two: `counts[i]` have 2^(lowest + i * octaves) <= |a - b| <
  /// 2^(lowest + (i + 1) * octaves).
  public struct Histogram: Codable, Sendable, Equatable {
    /// The exponent at which the first bin begins.
    public var lowest: Int
    /// How many powers of two a bin spans.
    public var octaves: Int
    /// A count a bin, without gaps.
    public var counts: [Int]
  }

  /// Of either tensor: their shapes are equal.
  public var elements: Int
  /// Pairs whose bits differ; for two data types, whose values do.
  public var differing: Int
  /// The first of them in row-major order.
  public var first: Element?
  /// Where `maxAbs` is.
  public var largest: Element?
  /// max |a - b|; exact for integers.
  public var maxAbs: JSONValue?
  /// max |a - b| / max(|a|, |b|), 0 where both are 0.
  public var maxRel: JSONValue?
  /// Over all finite pairs, the equal ones too.
  public var meanAbs: JSONValue?
  /// ||a - b||.
  public var l2: JSONValue?
  /// <a, b> / (||a|| ||b||); absent where a norm is 0.
  public var cosine: JSONValue?
  /// The most steps between neighbouring values of the data type that lie between a and b; for complex numbers of
  /// either part. Of one floating-point type alone.
  public var maxULP: JSONValue?
  /// How many NaN each has; of a complex number either part counts.
  public var nan: DiffPair<Int>
  /// How many infinities each has.
  public var infinite: DiffPair<Int>
  /// Pairs beyond the tolerance, where there is one.
  public var outside: Int?
  /// Of the pairs that differ by more than 0.
  public var histogram: Histogram?
}
