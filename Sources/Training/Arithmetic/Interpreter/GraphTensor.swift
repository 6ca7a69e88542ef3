// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A value of a graph while it is run: elements in row-major order.
package struct GraphTensor: Sendable, Equatable {
  package enum Elements: Sendable, Equatable {
    case float([Float])
    case int([Int64])
    /// Bits of float16, which nothing is computed with: weights that wait for their `Cast`.
    case half([UInt16])
  }

  package let shape: [Int]
  package let elements: Elements

  /// Elements of the count that the shape asks for.
  init(_ shape: [Int], unchecked elements: Elements) {
    (self.shape, self.elements) = (shape, elements)
  }

  /// - Throws: `.misfit` where there are more or fewer elements than the shape asks for.
  package init(_ shape: [Int], _ elements: Elements) throws(CheckpointError) {
    guard shape.elementCount == elements.count else {
      throw CheckpointError(.misfit, "a tensor of the shape \(shape) has \(elements.count) elements")
    }
    self.init(shape, unchecked: elements)
  }

  package init(_ shape: [Int], _ floats: [Float]) throws(CheckpointError) {
    try self.init(shape, .float(floats))
  }

  /// Of float32; nil for others.
  package var floats: [Float]? { if case .float(let values) = elements { values } else { nil } }
  /// Of int64; nil for others.
  package var ints: [Int64]? { if case .int(let values) = elements { values } else { nil } }

  package var count: Int { elements.count }
  var byteCount: Int { count * elements.width }
}

extension GraphTensor.Elements {
  package var count: Int {
    switch self {
    case .float(let values): values.count
    case .int(let values): values.count
    case .half(let values): values.count
    }
  }

  /// As PyTorch calls it.
  package var dtype: DType {
    switch self {
    case .float: .float32
    case .int: .int64
    case .half: .float16
    }
  }

  /// Bytes of an element.
  var width: Int { dtype.itemSize }
}

extension GraphTensor {
  /// The elements of an initialiser, read.
  ///
  /// - Throws: `.unsupported` for types that no graph of ours has.
  package init(_ initializer: OperatorGraph<OperatorModel.Tensor>.Initializer) throws(CheckpointError) {
    let source = initializer.tensor.bytes
    let elements: Elements
    switch initializer.tensor.dtype {
    case .float32: elements = .float(try Self.read(source) { (bits: UInt32) in Float(bitPattern: bits) })
    case .int64: elements = .int(try Self.read(source) { (bits: UInt64) in Int64(bitPattern: bits) })
    case .float16: elements = .half(try Self.read(source) { (bits: UInt16) in bits })
    default:
      throw CheckpointError(
        .unsupported,
        "it is \(initializer.tensor.dtype.rawValue), and float32, float16 and int64 alone are run")
    }
    try self.init(initializer.shape, elements)
  }

  private static func read<Bits: FixedWidthInteger & BitwiseCopyable, Value>(
    _ source: ByteSource, _ value: (Bits) -> Value
  ) throws(CheckpointError) -> [Value] {
    let width = Bits.bitWidth / 8
    var values: [Value] = []
    values.reserveCapacity(source.byteCount / width)
    // Chunks but the last are whole elements.
    try source.forEachChunk(of: 0..<source.byteCount) { chunk throws(CheckpointError) in
      for index in 0..<chunk.byteCount / width {
        values.append(
          value(
            Bits(littleEndian: unsafe chunk.unsafeLoadUnaligned(fromByteOffset: index * width, as: Bits.self))
          ))
      }
    }
    return values
  }
}
