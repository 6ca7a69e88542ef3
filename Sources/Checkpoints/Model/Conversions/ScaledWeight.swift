// SPDX-License-Identifier: Apache-2.0

/// The elements of a weight, row-major, each times the factor of its place along one dimension: what `fuse` leaves
/// behind. Computed in float64 and rounded once to the weight's own data type.
///
/// Only the factors are held in memory, one a channel; the weight streams.
struct ScaledWeight: ComputedBytes {
  enum Factors: Sendable {
    /// g / ||v||, with the norm over all dimensions but the one (`torch._weight_norm`). A channel of zeros gives NaN,
    /// as there.
    case weightNorm(magnitude: TensorReader)
    /// gamma / sqrt(running_var + eps).
    case batchNorm(FoldedNorm)
  }

  var weight: TensorReader
  /// Nil where one factor is that of all elements.
  var dimension: Int?
  var factors: Factors

  var byteCount: Int { weight.tensor.byteCount }

  var sources: [ByteSource] {
    switch factors {
    case .weightNorm(let magnitude): [weight.source, magnitude.source]
    case .batchNorm(let norm): [weight.source] + norm.sources
    }
  }

  func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    let factors = try values()
    let dtype = weight.tensor.dtype
    var start = 0
    try weight.forEachChunk { chunk throws(CheckpointError) in
      let lower = max(range.lowerBound - start, 0)
      let upper = min(range.upperBound - start, chunk.byteCount)
      if lower < upper {
        var output = [UInt8](repeating: 0, count: chunk.byteCount)
        var scaled = [Double](repeating: 0, count: FloatingPointCodec.blockCount)
        FloatingPointCodec.forEachBlock(of: chunk, dtype) { first, values in
          forEachRun(start / dtype.itemSize + first, values.count) { channel, elements in
            let factor = factors[channel]
            for index in elements { scaled[index] = values[index] * factor }
          }
          FloatingPointCodec.encode(&scaled, count: values.count, into: &output, at: first, dtype)
        }
        unsafe try body(output.span.bytes.extracting(lower..<upper))
      }
      start += chunk.byteCount
    }
  }

  /// One factor a channel.
  private func values() throws(CheckpointError) -> [Double] {
    switch factors {
    case .batchNorm(let norm): return try norm.factors()
    case .weightNorm(let magnitude):
      let magnitudes = try magnitude.doubles()
      var squares = [Double](repeating: 0, count: magnitudes.count)
      let dtype = weight.tensor.dtype
      var first = 0
      var values: [Double] = []
      try weight.forEachChunk { chunk throws(CheckpointError) in
        let count = chunk.byteCount / dtype.itemSize
        if values.count < count { values = [Double](repeating: 0, count: count) }
        // A whole chunk at a time: a channel's sum is one over each of its chunks, which fixes its last bit.
        FloatingPointCodec.decode(chunk, dtype, into: &values)
        forEachRun(first, count) { channel, elements in
          var sum = 0.0
          for index in elements { sum += values[index] * values[index] }
          squares[channel] += sum
        }
        first += count
      }
      return zip(magnitudes, squares).map { $0 / $1.squareRoot() }
    }
  }

  /// Parts `count` elements from `first` on into runs of one channel; the ranges count from the first of them.
  private func forEachRun(_ first: Int, _ count: Int, _ body: (Int, Range<Int>) -> Void) {
    guard let dimension else { return body(0, 0..<count) }
    let shape = weight.tensor.shape
    let inner = shape[(dimension + 1)...].reduce(1, *)
    var position = 0
    while position < count {
      let element = first + position
      let end = min(position + inner - element % inner, count)
      body(element / inner % shape[dimension], position..<end)
      position = end
    }
  }
}
