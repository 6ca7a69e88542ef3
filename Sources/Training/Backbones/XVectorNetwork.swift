// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The x-vector network (Snyder et al. 2018) as 3D-Speaker builds it: `speakerlab/models/xvector/TDNN.py`.
///
/// The registry's order, keys and shapes are those of upstream's `state_dict()`.
package final class XVectorNetwork<Numbers: Kernels> {
  package typealias Real = Numbers.Real

  /// A convolution without padding, ReLU, a normalisation.
  struct Frame {
    let conv: PlainConvolution1d<Real>
    let norm: PlainBatchNorm<Real>
  }

  /// Mel bins.
  package let inputs: Int
  package let registry = Registry<Real>()
  let frames: [Frame]
  let embedding: Linear<Real>

  /// Throws what the source throws.
  package init(
    inputs: Int = 80, embedding size: Int, source: any ParameterSource
  ) throws(CheckpointError) {
    self.inputs = inputs
    let scope = Scope(registry, source: source)
    let layers: [(outputs: Int, kernel: Int, dilation: Int)] = [
      (512, 5, 1), (512, 3, 2), (512, 3, 3), (512, 1, 1), (1500, 1, 1),
    ]
    var channels = inputs
    var frames: [Frame] = []
    for (index, layer) in layers.enumerated() {
      let place = scope["frame_\(index + 1)"]
      let conv = try PlainConvolution1d(
        place["conv_1d"], inputs: channels, outputs: layer.outputs,
        .init(kernel: layer.kernel, dilation: layer.dilation), hasBias: true)
      frames.append(Frame(conv: conv, norm: try PlainBatchNorm(place["bn"], channels: layer.outputs)))
      channels = layer.outputs
    }
    self.frames = frames
    // Mean and deviation.
    embedding = try Linear(scope["seg_1"], inputs: 2 * channels, outputs: size)
  }
}
