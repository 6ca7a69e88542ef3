// SPDX-License-Identifier: Apache-2.0

/// All kinds: what networks, losses and optimizers compute with.
package protocol Kernels:
  ActivationKernels, RowKernels, ElementwiseKernels, GELUKernels, SoftmaxKernels, PaddingKernels, TapKernels,
  ColumnKernels, WindowKernels, NormKernels, FusionKernels, GateKernels, StatisticsKernels,
  TimePoolingKernels,
  StepKernels
{}

extension ReferenceKernels: Kernels {}
extension NativeKernels: Kernels {}

/// What the programs compute with.
package typealias FastKernels = NativeKernels<Float>
