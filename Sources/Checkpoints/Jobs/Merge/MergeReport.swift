// SPDX-License-Identifier: Apache-2.0

/// What was merged, how, and what is not exact about it: what `resect merge` prints.
public struct MergeReport: Codable, Sendable {
  /// Tensors that are no floating-point numbers, and the rule that chose their values.
  public struct Integers: Codable, Sendable {
    /// Of the tensor, in the result.
    public var path: Text
    /// PyTorch's name without `torch.`.
    public var dtype: String
    /// Whose value stands in the result.
    public var rule: Rule

    /// The words of reports.
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
    /// Of the value, in the result.
    public var path: Text
    /// That of the first file.
    public var kept: JSONValue
    /// The files that have another, or none.
    public var differsIn: [String]
  }

  /// A value that is no tensor and that the first file does not have.
  public struct LeftOut: Codable, Sendable {
    /// In the file that has it.
    public var path: Text
    /// The file that has it.
    public var file: String
  }

  /// A tensor of which the result has no place for some values.
  public struct Overflow: Codable, Sendable {
    /// Of the tensor, in the result.
    public var path: Text
    /// Values that are finite in every file and not in the result.
    public var count: Int
  }

  /// Rises when a name goes or changes its meaning.
  public var schema = 1
  /// In the order in which they were folded.
  public var files: [String]
  /// `task` alone.
  public var base: String?
  /// The part of each file that was merged; absent for all of it.
  public var path: Text?
  /// As `MergeMethod.name`.
  public var method: String
  /// Of `average` and `task`: one a file; absent where none were given, which are all 1.
  public var weights: [Double]?
  /// Of `ema`.
  public var decay: Double?
  /// Of `lerp` and `slerp`.
  public var t: Double?
  /// Tensors that were computed, and their elements times item size.
  public var computed = SurgeryReport.Figures()
  /// Not among `computed`: one file's are chosen.
  public var integers: [Integers] = []
  /// Modules with running statistics. The average of variances is not the variance of what the merged network sees.
  public var batchNorm: [Text] = []
  /// `slerp` alone: tensors that `lerp` merged, as their vectors are nearly parallel, or one is zero.
  public var interpolatedLinearly: [Text]?
  /// Tensors that shared memory in the first file and do not in the result.
  public var untied: [Text] = []
  /// What the first file decided.
  public var values: [Value] = []
  /// What the first file does not have is not in the result.
  public var leftOut: [LeftOut] = []
  /// Empty unless they were allowed.
  public var overflows: [Overflow] = []
  /// The file that was written; absent for a dry run.
  public var written: String?
  /// The statement about the output that was written, or for a dry run would be; absent where none was asked for.
  public var provenance: String?
  /// Every member of the output.
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
