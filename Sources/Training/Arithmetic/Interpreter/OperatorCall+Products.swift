// SPDX-License-Identifier: Apache-2.0
import COpenBLAS
import Checkpoints

extension OperatorCall {
  /// alpha a b + beta c, where c may be broadcast.
  func gemm() throws(CheckpointError) -> GraphTensor {
    try check(attributes: ["alpha", "beta", "transA", "transB"])
    try check(inputs: 2...3)
    let (a, b) = (try floats(0), try floats(1))
    let (flipsA, flipsB) = (try int("transA") ?? 0 != 0, try int("transB") ?? 0 != 0)
    let (alpha, beta) = (try float("alpha", default: 1), try float("beta", default: 1))
    guard a.shape.count == 2, b.shape.count == 2 else {
      throw misfit("its inputs have the shapes \(a.shape) and \(b.shape)")
    }
    let (rows, inner) = flipsA ? (a.shape[1], a.shape[0]) : (a.shape[0], a.shape[1])
    let (depth, columns) = flipsB ? (b.shape[1], b.shape[0]) : (b.shape[0], b.shape[1])
    guard inner == depth else { throw misfit("its inputs have the shapes \(a.shape) and \(b.shape)") }
    let shape = [rows, columns]
    let count = try count(shape)
    var result = [Float](repeating: 0, count: count)
    if let c = optional(2) {
      guard let terms = c.floats else { throw otherType(c, 2) }
      let pairing = try Broadcast(shape, c.shape, of: self)
      guard pairing.shape == shape else {
        throw misfit("its input 2 has the shape \(c.shape), and it gives \(shape)")
      }
      result = pairing.combined(result, terms) { beta * $1 + $0 }
    }
    guard MatrixProduct.canTake(rows, columns, inner) else { throw misfit("its inputs are too long") }
    MatrixProduct.add(
      .init(a.values, columns: a.shape[1], flips: flipsA),
      .init(b.values, columns: b.shape[1], flips: flipsB),
      alpha, to: &result, rows: rows, columns: columns, inner: inner)
    return GraphTensor(shape, unchecked: .float(result))
  }
}

/// OpenBLAS's product over arrays, within their bounds.
enum MatrixProduct {
  /// A matrix in an array, from an offset on.
  struct Factor {
    var values: [Float]
    var offset = 0
    /// Elements from one row to the next.
    var columns: Int
    /// Whether it is taken transposed.
    var flips = false

    init(_ values: [Float], from offset: Int = 0, columns: Int, flips: Bool = false) {
      (self.values, self.offset, self.columns, self.flips) = (values, offset, columns, flips)
    }

    /// Whether rows and columns, as the product sees them, lie in the array.
    fileprivate func holds(_ rows: Int, _ columns: Int) -> Bool {
      let (height, width) = flips ? (columns, rows) : (rows, columns)
      return width <= self.columns && offset >= 0
        && offset + (height - 1) * self.columns + width <= values.count
    }
  }

  /// Sizes are 32 bits wide in BLAS.
  static func canTake(_ sizes: Int...) -> Bool { sizes.allSatisfy { $0 <= Int(Int32.max) } }

  /// result[rows, columns] += alpha a b.
  ///
  /// - Parameters:
  ///   - start: of the result's first row.
  ///   - stride: elements from one of its rows to the next; nil for `columns`.
  static func add(
    _ a: Factor, _ b: Factor, _ alpha: Float, to result: inout [Float], from start: Int = 0,
    stride: Int? = nil,
    rows: Int, columns: Int, inner: Int
  ) {
    guard rows > 0, columns > 0, inner > 0 else { return }
    let stride = stride ?? columns
    precondition(
      a.holds(rows, inner) && b.holds(inner, columns) && columns <= stride && start >= 0
        && start + (rows - 1) * stride + columns <= result.count
        && canTake(rows, columns, inner, stride, a.columns, b.columns), "matrices that lie in their arrays")
    BLAS.ready()
    unsafe a.values.withUnsafeBufferPointer { left in
      unsafe b.values.withUnsafeBufferPointer { right in
        unsafe result.withUnsafeMutableBufferPointer { out in
          guard let left = left.baseAddress, let right = right.baseAddress, let out = out.baseAddress else {
            return
          }
          unsafe cblas_sgemm(
            CblasRowMajor, a.flips ? CblasTrans : CblasNoTrans, b.flips ? CblasTrans : CblasNoTrans,
            blasint(rows),
            blasint(columns), blasint(inner), alpha, left + a.offset, blasint(a.columns), right + b.offset,
            blasint(b.columns), 1, out + start, blasint(stride))
        }
      }
    }
  }
}
