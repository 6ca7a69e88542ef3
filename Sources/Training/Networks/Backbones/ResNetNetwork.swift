// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The sizes of a ResNet34.
package struct ResNetConfiguration: NetworkSizes {
  /// Mel bins.
  package var inputs = 80
  /// `m_channels`: planes of the first stage.
  package var planes = 32
  /// `num_blocks`: blocks of each stage.
  package var counts = [3, 4, 6, 3]
  package var embedding = 192
  /// `two_emb_layer`: a ReLU, a normalisation and a second linear layer follow the first.
  package var hasTwoLayers = true

  package init(embedding: Int = 192) { self.embedding = embedding }

  package init?(_ backbone: Backbone) {
    inputs = backbone.mels ?? inputs
    planes = backbone.size("m_channels")
    counts = backbone.sizes["num_blocks"] ?? []
    hasTwoLayers = backbone.size("two_emb_layer") == 1
    embedding = backbone.embedding
  }

  /// Whether a network can be made of it.
  package var isSound: Bool {
    inputs > 0 && planes > 0 && embedding > 0 && counts.count == 4 && counts.allSatisfy { $0 > 0 }
  }

  package func network<Numbers: Kernels>(
    _: Numbers.Type, front: FrontEnd, source: any ParameterSource
  ) throws(CheckpointError) -> any SpeakerNetwork<Numbers> {
    try ResNetNetwork<Numbers>(self, source: source)
  }
}

extension NetworkFamily {
  static let resNet34 = NetworkFamily(
    [.resNet34], ResNetConfiguration.self,
    published: [
      PublishedNetwork("resnet34", [192], "ResNet34, two embedding layers") {
        .resNet34(.init(embedding: $0))
      }
    ])
}

extension NetworkConfiguration {
  package static func resNet34(_ sizes: ResNetConfiguration) -> Self { Self(sizes) }
}

/// ResNet34 as 3D-Speaker builds it: `speakerlab/models/resnet/ResNet.py`.
///
/// The registry's order, keys and shapes are those of upstream's `state_dict()`.
package final class ResNetNetwork<Numbers: Kernels>: SpeakerNetwork {
  package typealias Real = Numbers.Real

  package let configuration: ResNetConfiguration
  package let registry = Registry<Real>()
  private let trunk: Trunk2d<BasicBlock2d<Real>>
  private let segment: Segment2d<Real>

  /// - Throws: `misfit` when the sizes do not go together, or what the source throws.
  package init(
    _ configuration: ResNetConfiguration, source: any ParameterSource
  ) throws(CheckpointError) {
    guard configuration.isSound else {
      throw CheckpointError(.misfit, "these sizes do not make a ResNet: \(configuration)")
    }
    self.configuration = configuration
    let scope = Scope(registry, source: source)
    trunk = try Trunk2d(scope, planes: configuration.planes, counts: configuration.counts, expansion: 1) {
      (scope, inputs, planes, stride, _) throws(CheckpointError) in
      try BasicBlock2d(scope, inputs: inputs, outputs: planes, stride: stride)
    }
    segment = try Segment2d(
      scope, channels: configuration.planes << 3, bins: configuration.inputs,
      embedding: configuration.embedding, hasTwoLayers: configuration.hasTwoLayers)
  }

  /// Embeddings, one row for each utterance, of features of `inputs` channels.
  package func forward(_ tape: Tape<Numbers>, _ features: Variable<Real>) -> Variable<Real> {
    let x = trunk.stages.indices.reduce(trunk.begin(tape, features)) { trunk(tape, $0, stage: $1) }
    return segment(tape, x)
  }
}

extension ResNetNetwork {
  package var front: FrontEnd { .fbank }
  package var inputs: Int { configuration.inputs }
  package var embedding: Int { configuration.embedding }
  package var shortestInput: Int { trunk.shortestInput }
}
