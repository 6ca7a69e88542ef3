// SPDX-License-Identifier: Apache-2.0

/// A batch norm in eval mode, to be folded into the layer before it: y = (x - mean) * gamma / sqrt(var + eps) + beta
/// (`torch.nn.utils.fusion.fuse_conv_bn_weights`).
struct FoldedNorm: Sendable {
  /// `torch.nn.BatchNorm1d`'s own.
  static let defaultEps = 1e-5

  var mean: TensorReader
  var variance: TensorReader
  /// gamma and beta; nil for `affine=False`.
  var scale: TensorReader?
  var shift: TensorReader?
  var eps: Double

  var sources: [ByteSource] { [mean, variance, scale, shift].compactMap { $0?.source } }

  /// What the weight is multiplied by, one a channel.
  func factors() throws(CheckpointError) -> [Double] {
    let variances = try variance.doubles()
    let scales = try scale?.doubles()
    return variances.indices.map { (scales?[$0] ?? 1) / (variances[$0] + eps).squareRoot() }
  }
}

/// The bias of a layer that a batch norm was folded into: (bias - mean) * gamma / sqrt(var + eps) + beta, in float64
/// and rounded once.
struct FoldedBias: ComputedBytes {
  var norm: FoldedNorm
  /// The layer's own; nil where it had none.
  var bias: TensorReader?
  var dtype: DType

  var byteCount: Int { norm.mean.tensor.count * dtype.itemSize }
  var sources: [ByteSource] { norm.sources + (bias.map { [$0.source] } ?? []) }

  func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    let factors = try norm.factors()
    let means = try norm.mean.doubles()
    let shifts = try norm.shift?.doubles()
    let biases = try bias?.doubles()
    var values = means.indices.map { index in
      ((biases?[index] ?? 0) - means[index]) * factors[index] + (shifts?[index] ?? 0)
    }
    var output = [UInt8](repeating: 0, count: byteCount)
    FloatingPointCodec.encode(&values, count: values.count, into: &output, at: 0, dtype)
    try ByteSource.memory(output).forEachChunk(of: range, body)
  }
}
