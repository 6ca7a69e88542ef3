// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Res2Net as 3D-Speaker builds it: `speakerlab/models/res2net/Res2Net.py`.
///
/// The registry's order, keys and shapes are those of upstream's `state_dict()`.
package final class Res2NetNetwork<Numbers: Kernels> {
  package typealias Real = Numbers.Real

  package let configuration: ERes2NetConfiguration
  package let registry = Registry<Real>()
  let stem: Stem2d<Real>
  let stages: [[Res2Block<Real>]]
  let embedding: Linear<Real>

  /// Throws what the source throws.
  package init(
    _ configuration: ERes2NetConfiguration, source: any ParameterSource
  ) throws(CheckpointError) {
    self.configuration = configuration
    let scope = Scope(registry, source: source)
    let form = Res2Block<Real>.Form(configuration, convolvesAll: false)
    stem = try Stem2d(scope, channels: configuration.planes)
    stages = try Stages2d.make(scope, planes: configuration.planes, expansion: configuration.expansion) {
      (scope, inputs, planes, stride, _) throws(CheckpointError) in
      try Res2Block(scope, inputs: inputs, planes: planes, stride: stride, form, isFused: false)
    }
    embedding = try Linear(scope["seg_1"], inputs: configuration.pooled, outputs: configuration.embedding)
  }
}
