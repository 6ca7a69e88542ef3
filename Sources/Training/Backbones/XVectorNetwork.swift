// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The sizes of an x-vector network.
package struct XVectorConfiguration: Sendable, Equatable {
  /// Mel bins.
  package var inputs = 80
  package var embedding = 512

  package init(embedding: Int = 512) { self.embedding = embedding }
}

/// The x-vector network (Snyder et al. 2018) as 3D-Speaker builds it: `speakerlab/models/xvector/TDNN.py`.
///
/// The registry's order, keys and shapes are those of upstream's `state_dict()`.
package final class XVectorNetwork<Numbers: Kernels> {
  package typealias Real = Numbers.Real

  /// A convolution without padding, ReLU, a normalisation.
  struct Frame {
    let conv: PlainConvolution1d<Real>
    let norm: BatchNorm<Real>
  }

  package let configuration: XVectorConfiguration
  package let registry = Registry<Real>()
  let frames: [Frame]
  let embedding: Linear<Real>

  /// Throws what the source throws.
  package init(
    _ configuration: XVectorConfiguration, source: any ParameterSource
  ) throws(CheckpointError) {
    self.configuration = configuration
    let scope = Scope(registry, source: source)
    let layers: [(outputs: Int, kernel: Int, dilation: Int)] = [
      (512, 5, 1), (512, 3, 2), (512, 3, 3), (512, 1, 1), (1500, 1, 1),
    ]
    var channels = configuration.inputs
    var frames: [Frame] = []
    for (index, layer) in layers.enumerated() {
      let place = scope["frame_\(index + 1)"]
      let conv = try PlainConvolution1d(
        place["conv_1d"], inputs: channels, outputs: layer.outputs,
        .init(kernel: layer.kernel, dilation: layer.dilation), hasBias: true)
      frames.append(
        Frame(conv: conv, norm: try BatchNorm(place["bn"], channels: layer.outputs, affine: false)))
      channels = layer.outputs
    }
    self.frames = frames
    // Mean and deviation.
    embedding = try Linear(scope["seg_1"], inputs: 2 * channels, outputs: configuration.embedding)
  }
}
