// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The coefficients of spherical interpolation (Shoemake, 1985) between two tensors, each taken as one vector: needs
/// both read once before the merge.
struct SphericalWeights {
  /// Above this magnitude of the cosine the vectors count as parallel, and linear interpolation takes over.
  static let parallel = 0.9995

  /// Nil where the vectors are parallel, or one is zero or not finite.
  private(set) var coefficients: (first: Double, second: Double)?

  init(_ first: TensorView, _ second: TensorView, t: Double) throws(CheckpointError) {
    guard let part = first.tensor.dtype.realPart else { return }
    var (left, right) = (RunReader(first.reader), RunReader(second.reader))
    let count = first.tensor.byteCount
    let window = ByteSource.window(of: [first.source, second.source])
    var (dot, squares) = (0.0, (0.0, 0.0))
    var y = [Double](repeating: 0, count: FloatingPointCodec.blockCount)
    for start in stride(from: 0, to: count, by: window) {
      let range = start..<min(start + window, count)
      try left.withBytes(range) { a throws(CheckpointError) in
        try right.withBytes(range) { b throws(CheckpointError) in
          FloatingPointCodec.forEachBlock(of: a, part) { first, x in
            let block = first * part.itemSize..<(first + x.count) * part.itemSize
            FloatingPointCodec.decode(b.extracting(block), part, into: &y)
            // Sums of blocks are added: their error grows with the blocks, not with all elements.
            var sum = (0.0, 0.0, 0.0)
            for i in x.indices { sum = (sum.0 + x[i] * y[i], sum.1 + x[i] * x[i], sum.2 + y[i] * y[i]) }
            (dot, squares) = (dot + sum.0, (squares.0 + sum.1, squares.1 + sum.2))
          }
        }
      }
    }
    let cosine = dot / (squares.0.squareRoot() * squares.1.squareRoot())
    guard cosine.isFinite, abs(cosine) <= Self.parallel else { return }
    let angle = acos(cosine)
    coefficients = (sin((1 - t) * angle) / sin(angle), sin(t * angle) / sin(angle))
  }
}
