// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The sizes of an x-vector network.
package struct XVectorConfiguration: NetworkSizes {
  /// Mel bins.
  package var inputs = 80
  package var channels = [512, 512, 512, 512, 1500]
  package var kernels = [5, 3, 3, 1, 1]
  /// They leave no trace in shapes: as published.
  package static let dilations = [1, 2, 3, 1, 1]
  package var embedding = 512

  package init(embedding: Int = 512) { self.embedding = embedding }

  package init?(_ backbone: Backbone) {
    inputs = backbone.mels ?? inputs
    channels = backbone.sizes["channels"] ?? []
    kernels = backbone.sizes["kernel_sizes"] ?? []
    embedding = backbone.embedding
  }

  /// The sizes go together.
  package var isSound: Bool {
    channels.count == Self.dilations.count && kernels.count == channels.count
      && (channels + kernels + [inputs, embedding]).allSatisfy { $0 > 0 }
  }

  /// Frames that two pooled ones need: the deviation is the unbiased one.
  package var shortestInput: Int {
    2 + zip(kernels, Self.dilations).reduce(0) { $0 + ($1.0 - 1) * $1.1 }
  }

  package func network<Numbers: Kernels>(
    _: Numbers.Type, front: FrontEnd, source: any ParameterSource
  ) throws(CheckpointError) -> any SpeakerNetwork<Numbers> {
    try XVectorNetwork<Numbers>(self, source: source)
  }
}

extension NetworkFamily {
  static let xvector = NetworkFamily(
    [.xvector], XVectorConfiguration.self,
    published: [PublishedNetwork("xvector", [512], "x-vector TDNN") { .xvector(.init(embedding: $0)) }])
}

extension NetworkConfiguration {
  package static func xvector(_ sizes: XVectorConfiguration) -> Self { Self(sizes) }
}

/// The x-vector network (Snyder et al. 2018) as 3D-Speaker builds it: `speakerlab/models/xvector/TDNN.py`.
///
/// The registry's order, keys and shapes are those of upstream's `state_dict()`.
package final class XVectorNetwork<Numbers: Kernels>: SpeakerNetwork {
  package typealias Real = Numbers.Real

  /// A convolution without padding, ReLU, a normalisation.
  struct Frame {
    let conv: PlainConvolution1d<Real>
    let norm: BatchNorm<Real>
  }

  package let configuration: XVectorConfiguration
  package let registry = Registry<Real>()
  let frames: [Frame]
  let segment: Linear<Real>

  /// - Throws: `misfit` when the sizes do not go together, or what the source throws.
  package init(
    _ configuration: XVectorConfiguration, source: any ParameterSource
  ) throws(CheckpointError) {
    guard configuration.isSound else {
      throw CheckpointError(.misfit, "these sizes do not make an x-vector network: \(configuration)")
    }
    self.configuration = configuration
    let scope = Scope(registry, source: source)
    var channels = configuration.inputs
    var frames: [Frame] = []
    for (index, outputs) in configuration.channels.enumerated() {
      let place = scope["frame_\(index + 1)"]
      let conv = try PlainConvolution1d(
        place["conv_1d"], inputs: channels, outputs: outputs,
        .init(kernel: configuration.kernels[index], dilation: XVectorConfiguration.dilations[index]),
        hasBias: true)
      frames.append(
        Frame(conv: conv, norm: try BatchNorm(place["bn"], channels: outputs, affine: false)))
      channels = outputs
    }
    self.frames = frames
    // Mean and deviation.
    segment = try Linear(scope["seg_1"], inputs: 2 * channels, outputs: configuration.embedding)
  }

  /// Embeddings, one row for each utterance, of features of `inputs` channels.
  package func forward(_ tape: Tape<Numbers>, _ features: Variable<Real>) -> Variable<Real> {
    var x = features
    for frame in frames {
      x = tape.normalise(frame.conv(tape, x), bias: frame.conv.bias?.variable, .relu, frame.norm)
    }
    let pooled = tape.unbiasedStatistics(x, epsilon: 1e-8)
    return tape.linear(pooled, weight: segment.weight.variable, bias: segment.bias.variable)
  }
}

extension XVectorNetwork {
  package var front: FrontEnd { .fbank }
  package var inputs: Int { configuration.inputs }
  package var embedding: Int { configuration.embedding }
  package var shortestInput: Int { configuration.shortestInput }
}
