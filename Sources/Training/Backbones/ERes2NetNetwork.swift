// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The sizes of a Res2Net, an ERes2Net or an ERes2NetV2.
package struct ERes2NetConfiguration: Sendable, Equatable {
  /// Mel bins.
  package var inputs = 80
  /// `m_channels`: planes of the first stage.
  package var planes: Int
  package var baseWidth: Int
  package var scale: Int
  package var expansion: Int
  package var embedding: Int

  package static func base(embedding: Int) -> Self {
    Self(planes: 32, baseWidth: 32, scale: 2, expansion: 2, embedding: embedding)
  }

  package static func large(embedding: Int) -> Self {
    Self(planes: 64, baseWidth: 32, scale: 2, expansion: 2, embedding: embedding)
  }

  /// `ERes2Net_huge.py`.
  package static func huge(embedding: Int) -> Self {
    Self(planes: 64, baseWidth: 24, scale: 3, expansion: 4, embedding: embedding)
  }

  /// `ERes2NetV2.py` as its class has it.
  package static func v2(embedding: Int) -> Self {
    Self(planes: 64, baseWidth: 26, scale: 2, expansion: 2, embedding: embedding)
  }

  /// ERes2NetV2 w24s4ep4.
  package static func v2Wide(embedding: Int) -> Self {
    Self(planes: 64, baseWidth: 24, scale: 4, expansion: 4, embedding: embedding)
  }

  /// Channels that stage 0 to 3 puts out.
  func outputs(_ stage: Int) -> Int { (planes << stage) * expansion }

  var pooled: Int { Stages2d.pooled(planes: planes, expansion: expansion, inputs: inputs) }
}

/// ERes2Net (Chen et al. 2023, "An enhanced Res2Net with local and global feature fusion for speaker verification")
/// as 3D-Speaker builds it: base, large and huge.
///
/// The registry's order, keys and shapes are those of upstream's `state_dict()`.
package final class ERes2NetNetwork<Numbers: Kernels> {
  package typealias Real = Numbers.Real

  package let configuration: ERes2NetConfiguration
  package let registry = Registry<Real>()
  let stem: Stem2d<Real>
  let stages: [[Res2Block<Real>]]
  /// From each stage's fused output to the size of the next.
  let downsamples: [Convolution2d<Real>]
  let fusions: [AttentiveFusion<Real>]
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
    var downsamples: [Convolution2d<Real>] = []
    for stage in 0..<3 {
      downsamples.append(
        try Convolution2d(
          scope["layer\(stage + 1)_downsample"], inputs: configuration.outputs(stage),
          outputs: configuration.outputs(stage + 1), kernel: 3, stride: .init(frequency: 2, time: 2)))
    }
    self.downsamples = downsamples
    var fusions: [AttentiveFusion<Real>] = []
    for (index, name) in ["fuse_mode12", "fuse_mode123", "fuse_mode1234"].enumerated() {
      fusions.append(try AttentiveFusion(scope[name], channels: configuration.outputs(index + 1)))
    }
    self.fusions = fusions
    embedding = try Linear(scope["seg_1"], inputs: configuration.pooled, outputs: configuration.embedding)
  }
}

extension Res2Block.Form {
  init(_ configuration: ERes2NetConfiguration, convolvesAll: Bool = true) {
    self.init(
      baseWidth: configuration.baseWidth, scale: configuration.scale, expansion: configuration.expansion,
      convolvesAll: convolvesAll)
  }
}
