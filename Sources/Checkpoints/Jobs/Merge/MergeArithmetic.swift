// SPDX-License-Identifier: Apache-2.0

/// The arithmetic of one tensor: values of the sources come in one after the other and are folded into one run of
/// doubles.
enum MergeArithmetic: Sendable {
  case average(weights: [Double])
  case ema(decay: Double)
  case lerp(t: Double)
  /// `first x1 + second x2`.
  case combination(first: Double, second: Double)
  /// Source 0 is the base; weight 0 belongs to source 1.
  case task(weights: [Double])

  /// One run on its way: the sum so far, and the base where there is one.
  struct Run {
    var sum: [Double] = []
    var base: [Double] = []
  }

  func fold(_ values: [Double], ofSource index: Int, into run: inout Run) {
    if index == 0 { return begin(values, &run) }
    switch self {
    case .average(let weights):
      let weight = weights[index]
      for i in values.indices { run.sum[i] += weight * values[i] }
    case .ema(let decay):
      for i in values.indices { run.sum[i] = decay * run.sum[i] + (1 - decay) * values[i] }
    case .lerp(let t):
      for i in values.indices { run.sum[i] = Self.lerp(run.sum[i], values[i], t) }
    case .combination(_, let second):
      for i in values.indices { run.sum[i] += second * values[i] }
    case .task(let weights):
      let weight = weights[index - 1]
      for i in values.indices { run.sum[i] += weight * (values[i] - run.base[i]) }
    }
  }

  private func begin(_ values: [Double], _ run: inout Run) {
    run.sum = values
    switch self {
    case .average(let weights):
      for i in values.indices { run.sum[i] *= weights[0] }
    case .combination(let first, _):
      for i in values.indices { run.sum[i] *= first }
    case .task: run.base = values
    case .ema, .lerp: break
    }
  }

  func finish(_ run: inout Run) {
    guard case .average(let weights) = self else { return }
    let total = weights.reduce(0, +)
    for i in run.sum.indices { run.sum[i] /= total }
  }

  /// `torch.lerp` (ATen/native/Lerp.h): exact at both ends.
  private static func lerp(_ a: Double, _ b: Double, _ t: Double) -> Double {
    t < 0.5 ? a + t * (b - a) : b - (b - a) * (1 - t)
  }
}
