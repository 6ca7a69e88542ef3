// SPDX-License-Identifier: Apache-2.0

/// What was merged, how, and what is not exact about it: what `resect merge` prints.
public struct MergeReport: Codable, Sendable {
  /// Tensors that are no floating-point numbers, and the rule that chose their values.
  public struct Integers: Codable, Sendable {
    public var path: Text
    public var dtype: String
    public var rule: Rule

    public enum Rule: String, Codable, Sendable, CaseIterable {
      /// All files agree.
      case equal
      /// As the `IntegerRule` that was asked for.
      case first, last, max

      init(_ rule: IntegerRule) {
        self =
          switch rule {
          case .first: .first
          case .last: .last
          case .max: .max
          }
      }
    }
  }

  /// A value that is no tensor and that other files have otherwise.
  public struct Value: Codable, Sendable {
    public var path: Text
    public var kept: JSONValue
    public var differsIn: [String]
  }

  /// A value that is no tensor and that the first file does not have.
  public struct LeftOut: Codable, Sendable {
    public var path: Text
    public var file: String
  }

  public struct Overflow: Codable, Sendable {
    public var path: Text
    /// Values that are finite in every file and not in the result.
    public var count: Int
  }

  public var schema = 1
  public var files: [String]
  /// `task` alone.
  public var base: String?
  /// The part of each file that was merged; absent for all of it.
  public var path: Text?
  public var method: String
  public var weights: [Double]?
  public var decay: Double?
  public var t: Double?
  /// Tensors that were computed, and their elements times item size.
  public var computed = SurgeryReport.Figures()
  public var integers: [Integers] = []
  /// Modules with running statistics. The average of variances is not the variance of what the merged network sees.
  public var batchNorm: [Text] = []
  /// `slerp` alone: tensors that `lerp` merged, as their vectors are nearly parallel, or one is zero.
  public var interpolatedLinearly: [Text]?
  /// Tensors that shared memory in the first file and do not in the result.
  public var untied: [Text] = []
  public var values: [Value] = []
  public var leftOut: [LeftOut] = []
  public var overflows: [Overflow] = []
  /// The file that was written; absent for a dry run.
  public var written: String?
  public var output: OutputSummary

  init(_ method: MergeMethod, files: [String], base: String?, path: Text?, output: OutputSummary) {
    self.method = method.name
    self.files = files
    self.base = base
    self.path = path
    self.output = output
    switch method {
    case .average(let weights): self.weights = weights
    case .task(let weights): self.weights = weights
    case .ema(let decay): self.decay = decay
    case .lerp(let t), .slerp(let t): self.t = t
    }
  }
}
