// SPDX-License-Identifier: Apache-2.0

/// How two checkpoints are compared.
public struct DiffOptions: Sendable {
  /// When two floating-point or complex elements count as equal: |a - b| <= atol + rtol * |b|, as in
  /// `torch.allclose(a, b)`, reckoned in float64. Equal bits are always equal, NaN too.
  public struct Tolerance: Sendable, Codable, Hashable {
    /// Relative to `b`; not negative.
    public var rtol: Double
    /// Not negative.
    public var atol: Double
    /// Two NaN are equal whatever their bits.
    public var equalNaN: Bool

    /// Throws `wrongWords` for what is no tolerance: negative, NaN or infinite.
    public init(rtol: Double = 0, atol: Double = 0, equalNaN: Bool = false) throws(CheckpointError) {
      for (name, value) in [("--rtol", rtol), ("--atol", atol)] where !(value >= 0 && value.isFinite) {
        throw CheckpointError(
          .wrongWords, "\(name) \(value) is no tolerance",
          hint: "a number that is not negative: `\(name) 1e-5`")
      }
      self.rtol = rtol
      self.atol = atol
      self.equalNaN = equalNaN
    }
  }

  /// Prefixes to drop from the keys before they are compared, each as the `unprefix` pass does.
  public var unprefixA: [Text] = []
  /// The same for the second file.
  public var unprefixB: [Text] = []
  /// Where the files have no tensor path in common: compare the backbones that their layouts say they hold.
  public var usesLayout = true
  /// The branch that a layout takes; nil takes the teacher, or the only one there is.
  public var branch: Text?
  /// Nil compares bit by bit.
  public var tolerance: Tolerance?

  /// Also figures by part where nothing differs; else there are none then, and nothing is looked up for them.
  public var listsParts = false

  /// Bit by bit, by the layouts where paths have nothing in common.
  public init() {}
}
