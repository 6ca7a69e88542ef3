// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The sizes of a ResNet34.
package struct ResNetConfiguration: Sendable, Equatable {
  /// Mel bins.
  package var inputs = 80
  /// `m_channels`: planes of the first stage.
  package var planes = 32
  package var embedding = 192
  /// `two_emb_layer`: a ReLU, a normalisation and a second linear layer follow the first.
  package var hasTwoLayers = true

  package init(embedding: Int = 192) { self.embedding = embedding }
}

/// ResNet34 as 3D-Speaker builds it: `speakerlab/models/resnet/ResNet.py`.
///
/// The registry's order, keys and shapes are those of upstream's `state_dict()`.
package final class ResNetNetwork<Numbers: Kernels> {
  package typealias Real = Numbers.Real

  package let configuration: ResNetConfiguration
  package let registry = Registry<Real>()
  let stem: Stem2d<Real>
  let stages: [[BasicBlock2d<Real>]]
  let first: Linear<Real>
  /// `seg_bn_1` and `seg_2`, where there are two layers.
  let second: (norm: BatchNorm<Real>, linear: Linear<Real>)?

  /// Throws what the source throws.
  package init(
    _ configuration: ResNetConfiguration, source: any ParameterSource
  ) throws(CheckpointError) {
    self.configuration = configuration
    let scope = Scope(registry, source: source)
    let size = configuration.embedding
    stem = try Stem2d(scope, channels: configuration.planes)
    stages = try Stages2d.make(scope, planes: configuration.planes, expansion: 1) {
      (scope, inputs, planes, stride, _) throws(CheckpointError) in
      try BasicBlock2d(scope, inputs: inputs, outputs: planes, stride: stride)
    }
    let pooled = Stages2d.pooled(
      planes: configuration.planes, expansion: 1, inputs: configuration.inputs)
    first = try Linear(scope["seg_1"], inputs: pooled, outputs: size)
    second =
      configuration.hasTwoLayers
      ? (
        try BatchNorm(scope["seg_bn_1"], channels: size, affine: false),
        try Linear(scope["seg_2"], inputs: size, outputs: size)
      ) : nil
  }
}
