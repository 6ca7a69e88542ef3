// SPDX-License-Identifier: Apache-2.0

/// The elements of any data type as real numbers, in blocks: integers and truth values as they count, complex numbers
/// by their magnitudes. One look at the data type for many elements.
struct ElementMagnitudes {
  let dtype: DType
  /// Of the integers met so far, which a Double may not hold.
  private(set) var smallest: Int128?
  private(set) var largest: Int128?

  /// - Parameter dtype: one that `ElementValue` can decode.
  init(_ dtype: DType) { self.dtype = dtype }

  /// Hands out the magnitudes of the elements of `bytes`, little-endian, in their order.
  mutating func forEachBlock(of bytes: RawSpan, _ body: (Span<Double>) -> Void) {
    switch dtype {
    case .complex128: complex(bytes, .float64, body)
    case .complex64: complex(bytes, .float32, body)
    case .complex32: complex(bytes, .float16, body)
    case .bcomplex32: complex(bytes, .bfloat16, body)
    case .bool: blocks(bytes, UInt8.self, body) { $0 == 0 ? 0 : 1 }
    case .int64: integers(bytes, Int64.self, body)
    case .int32, .qint32: integers(bytes, Int32.self, body)
    case .int16: integers(bytes, Int16.self, body)
    case .int8, .qint8: integers(bytes, Int8.self, body)
    case .uint64: integers(bytes, UInt64.self, body)
    case .uint32: integers(bytes, UInt32.self, body)
    case .uint16, .bits16: integers(bytes, UInt16.self, body)
    case .uint8, .quint8, .bits8: integers(bytes, UInt8.self, body)
    default: FloatingPointCodec.forEachBlock(of: bytes, dtype) { _, values in body(values) }
    }
  }

  private func complex(_ bytes: RawSpan, _ part: DType, _ body: (Span<Double>) -> Void) {
    var magnitudes = [Double](repeating: 0, count: FloatingPointCodec.blockCount / 2)
    FloatingPointCodec.forEachBlock(of: bytes, part) { _, parts in
      for index in 0..<parts.count / 2 {
        let (real, imaginary) = (parts[2 * index], parts[2 * index + 1])
        magnitudes[index] = (real * real + imaginary * imaginary).squareRoot()
      }
      body(magnitudes.span.extracting(first: parts.count / 2))
    }
  }

  private mutating func integers<Value: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: RawSpan, _ type: Value.Type, _ body: (Span<Double>) -> Void
  ) {
    if bytes.byteCount < MemoryLayout<Value>.size { return }
    var (low, high) = (Value.max, Value.min)
    blocks(bytes, type, body) { value in
      low = min(low, value)
      high = max(high, value)
      return Double(value)
    }
    smallest = min(smallest ?? Int128(low), Int128(low))
    largest = max(largest ?? Int128(high), Int128(high))
  }

  @inline(__always)
  private func blocks<Value: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: RawSpan, _ type: Value.Type, _ body: (Span<Double>) -> Void, _ number: (Value) -> Double
  ) {
    let count = bytes.byteCount / MemoryLayout<Value>.size
    var values = [Double](repeating: 0, count: min(FloatingPointCodec.blockCount, count))
    for first in stride(from: 0, to: count, by: FloatingPointCodec.blockCount) {
      let length = min(FloatingPointCodec.blockCount, count - first)
      for index in 0..<length { values[index] = number(bytes.element(first + index, type)) }
      body(values.span.extracting(first: length))
    }
  }
}
