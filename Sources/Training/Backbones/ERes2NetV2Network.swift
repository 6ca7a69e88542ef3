// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// ERes2NetV2 (Chen et al. 2024) as 3D-Speaker builds it: of the global fusion only the last two stages are left.
///
/// The registry's order, keys and shapes are those of upstream's `state_dict()`.
package final class ERes2NetV2Network<Numbers: Kernels> {
  package typealias Real = Numbers.Real

  package let configuration: ERes2NetConfiguration
  package let registry = Registry<Real>()
  let stem: Stem2d<Real>
  let stages: [[Res2Block<Real>]]
  /// From the third stage to the size of the fourth.
  let downsample: Convolution2d<Real>
  let fusion: AttentiveFusion<Real>
  let embedding: Linear<Real>

  /// Throws what the source throws.
  package init(
    _ configuration: ERes2NetConfiguration, source: any ParameterSource
  ) throws(CheckpointError) {
    self.configuration = configuration
    let scope = Scope(registry, source: source)
    let form = Res2Block<Real>.Form(configuration)
    stem = try Stem2d(scope, channels: configuration.planes)
    stages = try Stages2d.make(scope, planes: configuration.planes, expansion: configuration.expansion) {
      (scope, inputs, planes, stride, stage) throws(CheckpointError) in
      try Res2Block(scope, inputs: inputs, planes: planes, stride: stride, form, isFused: stage >= 2)
    }
    downsample = try Convolution2d(
      scope["layer3_ds"], inputs: configuration.outputs(2), outputs: configuration.outputs(3), kernel: 3,
      stride: .init(frequency: 2, time: 2))
    fusion = try AttentiveFusion(scope["fuse34"], channels: configuration.outputs(3))
    embedding = try Linear(scope["seg_1"], inputs: configuration.pooled, outputs: configuration.embedding)
  }
}
