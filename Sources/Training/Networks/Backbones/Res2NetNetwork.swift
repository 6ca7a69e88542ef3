// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Res2Net, ERes2Net (Chen et al. 2023, "An enhanced Res2Net with local and global feature fusion for speaker
/// verification") and ERes2NetV2 (Chen et al. 2024) as 3D-Speaker builds them: `speakerlab/models/res2net` and
/// `speakerlab/models/eres2net`.
///
/// The registry's order, keys and shapes are those of upstream's `state_dict()`.
package final class Res2NetNetwork<Numbers: Kernels>: SpeakerNetwork {
  package typealias Real = Numbers.Real

  package let configuration: Res2NetConfiguration
  package let registry = Registry<Real>()
  private let trunk: Trunk2d<Res2Block<Real>>
  /// Of the last stages: each fuses the stage's output with what was fused before, brought to its size.
  private let fusions: [AttentiveFusion<Real>]
  private let downsamples: [Convolution2d<Real>]
  private let segment: Segment2d<Real>

  /// - Throws: `misfit` when the sizes do not go together, or what the source throws.
  package init(
    _ configuration: Res2NetConfiguration, source: any ParameterSource
  ) throws(CheckpointError) {
    guard configuration.isSound else {
      throw CheckpointError(
        .misfit, "these sizes do not make a network of the Res2Net family: \(configuration)")
    }
    self.configuration = configuration
    let scope = Scope(registry, source: source)
    trunk = try Trunk2d(
      scope, planes: configuration.planes, counts: configuration.counts, expansion: configuration.expansion
    ) { (scope, inputs, _, stride, stage) throws(CheckpointError) in
      try Res2Block(scope, configuration, inputs: inputs, stride: stride, stage: stage)
    }
    let names = configuration.fusions
    let first = configuration.counts.count - names.count
    var downsamples: [Convolution2d<Real>] = []
    for (index, name) in names.enumerated() {
      downsamples.append(
        try Convolution2d(
          scope[name.downsample], inputs: configuration.outputs(first + index - 1),
          outputs: configuration.outputs(first + index), kernel: 3, stride: .init(frequency: 2, time: 2)))
    }
    self.downsamples = downsamples
    var fusions: [AttentiveFusion<Real>] = []
    for (index, name) in names.enumerated() {
      fusions.append(
        try AttentiveFusion(scope[name.fusion], channels: configuration.outputs(first + index)))
    }
    self.fusions = fusions
    segment = try Segment2d(
      scope, channels: configuration.outputs(3), bins: configuration.inputs,
      embedding: configuration.embedding, hasTwoLayers: configuration.hasTwoLayers)
  }

  /// Embeddings, one row for each utterance, of features of `inputs` channels.
  package func forward(_ tape: Tape<Numbers>, _ features: Variable<Real>) -> Variable<Real> {
    var x = trunk.begin(tape, features)
    var fused = x
    for stage in trunk.stages.indices {
      x = trunk(tape, x, stage: stage)
      let index = stage - (trunk.stages.count - fusions.count)
      fused = index < 0 ? x : fusions[index](tape, x, downsamples[index](tape, fused))
    }
    return segment(tape, fused)
  }
}

extension Res2NetNetwork {
  package var front: FrontEnd { .fbank }
  package var inputs: Int { configuration.inputs }
  package var embedding: Int { configuration.embedding }
  package var shortestInput: Int { trunk.shortestInput }
}
