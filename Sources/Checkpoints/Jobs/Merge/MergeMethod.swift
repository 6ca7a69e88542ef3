// SPDX-License-Identifier: Apache-2.0

/// How the values of several checkpoints become one. Everything is computed in double, in the order of the files,
/// and rounded once.
public enum MergeMethod: Sendable, Hashable {
  /// `(w1 x1 + w2 x2 + ...) / (w1 + w2 + ...)`; nil weights are all 1.
  case average(weights: [Double]?)
  /// `e = x1`, then `e = decay e + (1 - decay) x` for each further file.
  case ema(decay: Double)
  /// `torch.lerp(x1, x2, t)`: two files.
  case lerp(t: Double)
  /// Spherical interpolation of each tensor as one vector: two files. Where the vectors are nearly parallel, `lerp`.
  case slerp(t: Double)
  /// `base + w1 (x1 - base) + w2 (x2 - base) + ...`, task arithmetic (Ilharco et al., 2023).
  case task(weights: [Double])

  /// The word of `--method`.
  public var name: String {
    switch self {
    case .average: "average"
    case .ema: "ema"
    case .lerp: "lerp"
    case .slerp: "slerp"
    case .task: "task"
    }
  }

  /// Every word that `name` gives.
  public static let names = ["average", "ema", "lerp", "slerp", "task"]

  /// Whether every result lies between the smallest and the largest input.
  var isConvex: Bool {
    switch self {
    case .average, .ema, .lerp: true
    case .slerp, .task: false
    }
  }

  /// Throws `wrongWords` for parameters that make no sense, or not for so many files.
  func check(files: Int, hasBase: Bool) throws(CheckpointError) {
    func wrong(_ reason: String, _ hint: String) -> CheckpointError {
      CheckpointError(.wrongWords, reason, hint: hint)
    }
    let isTask = if case .task = self { true } else { false }
    guard hasBase == isTask else {
      throw isTask
        ? wrong("`task` needs the checkpoint that the others were trained from", "`--base FILE`")
        : wrong("`\(name)` takes no base", "`--method task --base FILE`, or without --base")
    }
    guard files >= (isTask ? 1 : 2) else {
      throw wrong("there is nothing to merge a single file with", "`resect merge A B -o OUT`")
    }
    switch self {
    case .average(nil): break
    case .average(let weights?):
      try Self.check(weights, files: files)
      guard weights.allSatisfy({ $0 >= 0 }), weights.contains(where: { $0 > 0 }) else {
        throw wrong(
          "the weights of an average may not be negative, nor all zero",
          "`--method task` takes negative weights")
      }
      guard weights.reduce(0, +).isFinite else {
        throw wrong("the sum of the weights overflows", "smaller weights")
      }
    case .ema(let decay):
      guard (0...1).contains(decay) else { throw wrong("a decay lies between 0 and 1", "`--decay 0.999`") }
    case .lerp(let t), .slerp(let t):
      guard files == 2 else {
        throw wrong(
          "`\(name)` takes two files, but there are \(files)", "`--method average` takes any number")
      }
      guard (0...1).contains(t) else {
        throw wrong("t lies between 0 and 1", "`--t 0.5`, or `--method task` to go beyond")
      }
    case .task(let weights): try Self.check(weights, files: files)
    }
  }

  private static func check(_ weights: [Double], files: Int) throws(CheckpointError) {
    guard weights.count == files else {
      throw CheckpointError(
        .wrongWords, "there are \(weights.count) weights for \(files) files",
        hint: "one weight a file: `--weights 1,2`"
      )
    }
    guard weights.allSatisfy(\.isFinite) else {
      throw CheckpointError(.wrongWords, "a weight is not finite", hint: "`--weights 1,0.5`")
    }
  }
}

/// What becomes of integer and truth values that differ; where they are equal they are kept.
public enum IntegerRule: String, Sendable, CaseIterable {
  /// Those of the first file, or of the last.
  case first, last
  /// The largest of each element.
  case max
}
