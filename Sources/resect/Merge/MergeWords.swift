// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The words of `resect merge` that make up the method, read and held against each other.
struct MergeWords {
  var method: String
  var weights: String?
  var decay: Double?
  var t: Double?
  var base: String?
  var integers: String?

  func parsed(files: Int) throws(CheckpointError) -> MergeMethod {
    let weights = try numbers()
    try refuse("--weights", weights != nil, unless: ["average", "task"])
    try refuse("--decay", decay != nil, unless: ["ema"])
    try refuse("--t", t != nil, unless: ["lerp", "slerp"])
    try refuse("--base", base != nil, unless: ["task"])
    switch method {
    case "average": return .average(weights: weights)
    case "ema": return .ema(decay: try needed(decay, "--decay", "0.999"))
    case "lerp": return .lerp(t: try needed(t, "--t", "0.5"))
    case "slerp": return .slerp(t: try needed(t, "--t", "0.5"))
    case "task": return .task(weights: weights ?? [Double](repeating: 1, count: files))
    default:
      throw CheckpointError(
        .wrongWords, "`\(method)` is no method",
        hint: Nearest.match(method, among: MergeMethod.names).map { "`--method \($0)`" }
          ?? "the methods are \(Prose.list(MergeMethod.names))")
    }
  }

  func rule() throws(CheckpointError) -> IntegerRule? {
    guard let integers else { return nil }
    guard let rule = IntegerRule(rawValue: integers) else {
      throw CheckpointError(
        .wrongWords, "`--integers \(integers)` is no rule", hint: "`--integers first`, `last` or `max`")
    }
    return rule
  }

  private func numbers() throws(CheckpointError) -> [Double]? {
    guard let weights else { return nil }
    var numbers: [Double] = []
    for word in weights.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Double(word), number.isFinite else {
        throw CheckpointError(
          .wrongWords, "`\(word)` in --weights is not a number", hint: "one number a file: `--weights 1,0.5`")
      }
      numbers.append(number)
    }
    return numbers
  }

  private func needed(_ value: Double?, _ option: String, _ example: String) throws(CheckpointError) -> Double
  {
    guard let value else {
      throw CheckpointError(.wrongWords, "`\(method)` needs \(option)", hint: "`\(option) \(example)`")
    }
    return value
  }

  private func refuse(
    _ option: String, _ isGiven: Bool, unless methods: [String]
  ) throws(CheckpointError) {
    guard isGiven, !methods.contains(method), MergeMethod.names.contains(method) else { return }
    throw CheckpointError(
      .wrongWords, "`\(method)` takes no \(option)", hint: "`--method \(methods[0])`, or without \(option)")
  }
}
