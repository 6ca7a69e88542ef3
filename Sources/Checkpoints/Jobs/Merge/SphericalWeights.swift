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
    var readers = [RunReader(first.reader), RunReader(second.reader)]
    let size = first.tensor.dtype.itemSize
    let step = ByteSource.window(of: [first.source, second.source]) / size
    var (dot, left, right) = (0.0, 0.0, 0.0)
    var x = [Double](repeating: 0, count: step * size / part.itemSize)
    var y = x
    for start in stride(from: 0, to: first.tensor.count, by: step) {
      let elements = start..<min(start + step, first.tensor.count)
      let count = elements.count * size / part.itemSize
      let bytes = elements.lowerBound * size..<elements.upperBound * size
      try readers[0].withBytes(bytes) { FloatingPointCodec.decode($0, part, into: &x) }
      try readers[1].withBytes(bytes) { FloatingPointCodec.decode($0, part, into: &y) }
      // Sums of runs are added: their error grows with the runs, not with all elements.
      for first in stride(from: 0, to: count, by: 1024) {
        var run = (0.0, 0.0, 0.0)
        for i in first..<min(first + 1024, count) {
          run = (run.0 + x[i] * y[i], run.1 + x[i] * x[i], run.2 + y[i] * y[i])
        }
        (dot, left, right) = (dot + run.0, left + run.1, right + run.2)
      }
    }
    let cosine = dot / (left.squareRoot() * right.squareRoot())
    guard cosine.isFinite, abs(cosine) <= Self.parallel else { return }
    let angle = acos(cosine)
    coefficients = (sin((1 - t) * angle) / sin(angle), sin(t * angle) / sin(angle))
  }
}
