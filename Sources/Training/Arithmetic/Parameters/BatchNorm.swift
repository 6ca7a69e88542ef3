// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// PyTorch's `BatchNorm1d` and `BatchNorm2d`: eps 1e-5, momentum 0.1; the running variance is the unbiased one.
package final class BatchNorm<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  package let channels: Int
  /// Nil with `affine=False`: then it neither scales nor shifts.
  package let weight: Parameter<Real>?
  package let bias: Parameter<Real>?
  package let runningMean: Parameter<Real>
  package let runningVariance: Parameter<Real>
  package let batches: Counter
  /// Normalises with the running statistics, and leaves them alone, even in training.
  package var keepsStatistics = false

  static var epsilon: Double { 1e-5 }
  static var momentum: Double { 0.1 }

  package init(_ scope: Scope<Real>, channels: Int, affine: Bool = true) throws(CheckpointError) {
    self.channels = channels
    weight = affine ? try scope.parameter("weight", [channels], .ones) : nil
    bias = affine ? try scope.parameter("bias", [channels], .zeros) : nil
    runningMean = try scope.buffer("running_mean", [channels], .zeros)
    runningVariance = try scope.buffer("running_var", [channels], .ones)
    batches = try scope.counter("num_batches_tracked")
    scope.registry.add(self)
  }

  /// The trained tensors: weight and bias, or none.
  package var variables: [Variable<Real>] { [weight, bias].compactMap { $0?.variable } }

  /// Moves the running statistics a tenth of the way to those of a batch of `count` rows.
  func track(mean: [Double], squares: [Double], count: Int) {
    let momentum = Self.momentum
    for c in 0..<channels {
      let variance = squares[c] / Double(max(1, count - 1))
      runningMean.value[0, c] = Real((1 - momentum) * Double(runningMean.value[0, c]) + momentum * mean[c])
      runningVariance.value[0, c] = Real(
        (1 - momentum) * Double(runningVariance.value[0, c]) + momentum * variance)
    }
    batches.value += 1
  }
}
