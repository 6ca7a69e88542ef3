// SPDX-License-Identifier: Apache-2.0

/// Little-endian bytes to numbers and back, for every real floating-point data type: many elements at a time, with
/// one look at the data type.
package enum FloatingPointCodec {
  /// What a conversion does to values that the target cannot hold.
  package struct Losses: Hashable, Sendable {
    /// Finite values that become infinite, NaN or the largest number of the type, and infinities that do not stay
    /// infinite.
    package var overflows = 0
    /// Values other than zero that become zero.
    package var underflows = 0
  }

  /// How many numbers are decoded at a time where they go on at once: two such buffers stay in a processor's first
  /// cache of 32 KiB.
  static let blockCount = 1 << 10

  /// The data types that `encode` writes. float8_e8m0fnu holds exponents alone and is no target for values.
  static let targets: [DType] = [
    .float64, .float32, .float16, .bfloat16, .float8_e4m3fn, .float8_e5m2, .float8_e4m3fnuz, .float8_e5m2fnuz,
  ]

  /// Converts elements as PyTorch's `Tensor.to(dtype)` does: a float64 reaches the narrow types through float32,
  /// rounded at each step.
  static func convert(_ bytes: RawSpan, from: DType, to: DType, _ losses: inout Losses) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: bytes.byteCount / from.itemSize * to.itemSize)
    var stored = [Double](repeating: 0, count: blockCount)
    forEachBlock(of: bytes, from) { first, values in
      for index in values.indices { stored[index] = values[index] }
      encode(&stored, count: values.count, into: &output, at: first, to)
      for index in values.indices where stored[index] != values[index] {
        if overflows(values[index], stored: stored[index], as: to) {
          losses.overflows += 1
        } else if stored[index] == 0 {
          losses.underflows += 1
        }
      }
    }
    return output
  }

  /// Whether `value` had no place in `dtype`, where `encode` made `stored` of it. `float8_e4m3fn` gives its largest
  /// number then, so that what is stored does not tell by itself.
  static func overflows(_ value: Double, stored: Double, as dtype: DType) -> Bool {
    if !stored.isFinite { return value.isFinite || (value.isInfinite && stored.isNaN) }
    return dtype == .float8_e4m3fn && stored.magnitude == 448 && SmallFloat.e4m3fn.overflows(Float(value))
  }
}

// MARK: Bytes to numbers

extension FloatingPointCodec {
  /// All elements of `bytes` into the first places of `values`.
  ///
  /// - Parameter dtype: real floating point.
  static func decode(_ bytes: RawSpan, _ dtype: DType, into values: inout [Double]) {
    var span = values.mutableSpan
    decode(bytes, dtype, into: &span)
  }

  /// Hands out all elements of `bytes` in blocks, each with the index of its first element.
  static func forEachBlock<Failure: Error>(
    of bytes: RawSpan, _ dtype: DType, _ body: (_ first: Int, Span<Double>) throws(Failure) -> Void
  ) throws(Failure) {
    let size = dtype.itemSize
    let count = bytes.byteCount / size
    var values = [Double](repeating: 0, count: min(blockCount, count))
    for first in stride(from: 0, to: count, by: blockCount) {
      let length = min(blockCount, count - first)
      decode(bytes.extracting(first * size..<(first + length) * size), dtype, into: &values)
      try body(first, values.span.extracting(first: length))
    }
  }

  /// Element `index` of `bytes`, for what is shown or stands alone.
  static func decode(_ bytes: RawSpan, _ index: Int, _ dtype: DType) -> Double {
    let size = dtype.itemSize
    var value: InlineArray<1, Double> = [0]
    var span = value.mutableSpan
    decode(bytes.extracting(index * size..<(index + 1) * size), dtype, into: &span)
    return value[0]
  }

  private static func decode(_ bytes: RawSpan, _ dtype: DType, into values: inout MutableSpan<Double>) {
    switch dtype {
    case .float64: decode(bytes, Float64Format(), into: &values)
    case .float32: decode(bytes, Float32Format(), into: &values)
    case .float16: decode(bytes, Float16Format(), into: &values)
    case .bfloat16: decode(bytes, BFloat16Format(), into: &values)
    case .float8_e4m3fn, .float8_e5m2, .float8_e4m3fnuz, .float8_e5m2fnuz:
      decode(bytes, Float8Format(dtype), into: &values)
    case .float8_e8m0fnu: decode(bytes, ScaleFormat(), into: &values)
    default: preconditionFailure("\(dtype) is not real floating point")
    }
  }

  private static func decode<Format: NumberFormat>(
    _ bytes: RawSpan, _ format: Format, into values: inout MutableSpan<Double>
  ) {
    let size = MemoryLayout<Format.Bits>.size
    let count = bytes.byteCount / size
    precondition(count <= values.count)
    unsafe bytes.withUnsafeBytes { input in
      unsafe values.withUnsafeMutableBufferPointer { output in
        for index in 0..<count {
          let bits = unsafe input.loadUnaligned(fromByteOffset: index &* size, as: Format.Bits.self)
          unsafe output[index] = format.value(Format.Bits(littleEndian: bits))
        }
      }
    }
  }
}

// MARK: Numbers to bytes

extension FloatingPointCodec {
  /// Stores the first `count` values as the elements from `first` on, and leaves in `values` what was stored.
  ///
  /// - Parameter dtype: one of `targets`.
  static func encode(
    _ values: inout [Double], count: Int, into bytes: inout [UInt8], at first: Int, _ dtype: DType
  ) {
    let size = dtype.itemSize
    precondition(count <= values.count && first >= 0 && (first + count) * size <= bytes.count)
    var span = values.mutableSpan
    var written = bytes.mutableSpan
    var target = unsafe written.mutableBytes
    encode(&span, count, into: &target, first, dtype)
  }

  /// Stores `value` as element `index` and gives what was stored.
  static func encode(_ value: Double, into bytes: inout MutableRawSpan, _ index: Int, _ dtype: DType)
    -> Double
  {
    precondition(index >= 0 && (index + 1) * dtype.itemSize <= bytes.byteCount)
    var stored: InlineArray<1, Double> = [value]
    var span = stored.mutableSpan
    encode(&span, 1, into: &bytes, index, dtype)
    return stored[0]
  }

  private static func encode(
    _ values: inout MutableSpan<Double>, _ count: Int, into bytes: inout MutableRawSpan, _ first: Int,
    _ dtype: DType
  ) {
    switch dtype {
    case .float64: encode(&values, count, Float64Format(), into: &bytes, first)
    case .float32: encode(&values, count, Float32Format(), into: &bytes, first)
    case .float16: encode(&values, count, Float16Format(), into: &bytes, first)
    case .bfloat16: encode(&values, count, BFloat16Format(), into: &bytes, first)
    case .float8_e4m3fn, .float8_e5m2, .float8_e4m3fnuz, .float8_e5m2fnuz:
      encode(&values, count, Float8Format(dtype), into: &bytes, first)
    default: preconditionFailure("\(dtype) is not written by encode")
    }
  }

  /// The callers have seen to the bounds.
  private static func encode<Format: RoundingFormat>(
    _ values: inout MutableSpan<Double>, _ count: Int, _ format: Format, into bytes: inout MutableRawSpan,
    _ first: Int
  ) {
    let size = MemoryLayout<Format.Bits>.size
    unsafe values.withUnsafeMutableBufferPointer { values in
      unsafe bytes.withUnsafeMutableBytes { output in
        for index in 0..<count {
          let bits = format.nearest(unsafe values[index])
          unsafe output.storeBytes(
            of: bits.littleEndian, toByteOffset: (first &+ index) &* size, as: Format.Bits.self)
          unsafe values[index] = format.value(bits)
        }
      }
    }
  }
}
