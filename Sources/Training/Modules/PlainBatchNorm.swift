// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// PyTorch's `BatchNorm1d(affine=False)`: it normalises and neither scales nor shifts, so that its statistics are
/// all it holds.
package final class PlainBatchNorm<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  package let runningMean: Parameter<Real>
  package let runningVariance: Parameter<Real>
  package let batches: Counter

  package init(_ scope: Scope<Real>, channels: Int) throws(CheckpointError) {
    runningMean = try scope.buffer("running_mean", [channels], .zeros)
    runningVariance = try scope.buffer("running_var", [channels], .ones)
    batches = try scope.counter("num_batches_tracked")
  }
}
