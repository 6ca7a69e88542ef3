// SPDX-License-Identifier: Apache-2.0

/// The elements of one merged tensor, row-major without gaps, computed from the same tensor of several files.
struct MergedBytes: ComputedBytes {
  enum Rule: Sendable {
    /// In double, for real floating point and for the parts of complex numbers.
    case numbers(MergeArithmetic)
    /// The first view as it is.
    case copy
    /// The largest of integers or truth values.
    case max
  }

  /// The same data type and shape each; for `copy` the first alone counts.
  var views: [TensorView]
  var rule: Rule

  private var dtype: DType { views[0].tensor.dtype }

  var byteCount: Int { views[0].tensor.byteCount }

  var sources: [ByteSource] { views.map(\.source) }

  func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var cursors = views.map { ElementCursor($0) }
    let size = dtype.itemSize
    let window = ByteSource.window(of: sources)
    var start = range.lowerBound
    var overflows = 0
    while start < range.upperBound {
      let end = min(start + window, range.upperBound)
      let elements = start / size..<(end + size - 1) / size
      let bytes = try merged(elements, &cursors, &overflows)
      let first = elements.lowerBound * size
      unsafe try body(bytes.span.bytes.extracting(start - first..<end - first))
      start = end
    }
  }

  /// How many elements (of complex numbers, parts) are finite in every file and are not in the result.
  func overflows() throws(CheckpointError) -> Int {
    guard case .numbers = rule else { return 0 }
    var cursors = views.map { ElementCursor($0) }
    let step = ByteSource.window(of: sources) / dtype.itemSize
    var overflows = 0
    for start in stride(from: 0, to: views[0].tensor.count, by: step) {
      _ = try merged(start..<min(start + step, views[0].tensor.count), &cursors, &overflows)
    }
    return overflows
  }

  private func merged(
    _ elements: Range<Int>, _ cursors: inout [ElementCursor], _ overflows: inout Int
  ) throws(CheckpointError) -> [UInt8] {
    switch rule {
    case .copy: return try cursors[0].read(elements)
    case .max: return try largest(elements, &cursors)
    case .numbers(let arithmetic): return try computed(arithmetic, elements, &cursors, &overflows)
    }
  }

  private func computed(
    _ arithmetic: MergeArithmetic, _ elements: Range<Int>, _ cursors: inout [ElementCursor],
    _ overflows: inout Int
  ) throws(CheckpointError) -> [UInt8] {
    guard let part = dtype.realPart else { preconditionFailure("\(dtype) has no arithmetic") }
    let count = elements.count * dtype.itemSize / part.itemSize
    var run = MergeArithmetic.Run()
    var values = [Double](repeating: 0, count: count)
    var areFinite = [Bool](repeating: true, count: count)
    for index in cursors.indices {
      let bytes = try cursors[index].read(elements)
      let span = unsafe bytes.span.bytes
      for i in 0..<count {
        values[i] = FloatingPointCodec.decode(span, i, part)
        if !values[i].isFinite { areFinite[i] = false }
      }
      arithmetic.fold(values, ofSource: index, into: &run)
    }
    arithmetic.finish(&run)
    var output = [UInt8](repeating: 0, count: count * part.itemSize)
    var written = output.mutableSpan
    var target = unsafe written.mutableBytes
    for i in 0..<count {
      let stored = FloatingPointCodec.encode(run.sum[i], into: &target, i, part)
      let isLost = !stored.isFinite || FloatingPointCodec.overflows(run.sum[i], stored: stored, as: part)
      if areFinite[i] && isLost { overflows += 1 }
    }
    return output
  }

  private func largest(
    _ elements: Range<Int>, _ cursors: inout [ElementCursor]
  ) throws(CheckpointError) -> [UInt8] {
    let size = dtype.itemSize
    var output = try cursors[0].read(elements)
    for index in cursors.indices.dropFirst() {
      let bytes = try cursors[index].read(elements)
      for element in 0..<elements.count where unsafe isLess(output.span.bytes, bytes.span.bytes, element) {
        for byte in element * size..<(element + 1) * size { output[byte] = bytes[byte] }
      }
    }
    return output
  }

  private func isLess(_ left: RawSpan, _ right: RawSpan, _ index: Int) -> Bool {
    switch (ElementValue.decode(left, index, dtype), ElementValue.decode(right, index, dtype)) {
    case (.integer(let a), .integer(let b)): a < b
    case (.bool(let a), .bool(let b)): !a && b
    default: preconditionFailure("\(dtype) has no order")
    }
  }
}

extension DType {
  /// The data type of the real numbers that an element is made of; nil for what averages have no meaning for:
  /// integers, packed and quantized types, and the bare exponents of `float8_e8m0fnu`.
  var realPart: DType? {
    switch self {
    case .complex128: .float64
    case .complex64: .float32
    case .complex32: .float16
    case .bcomplex32: .bfloat16
    default: FloatingPointCodec.targets.contains(self) ? self : nil
    }
  }

  /// Whether `ElementValue` gives integers or truth values that can be compared.
  var isOrdered: Bool {
    switch self {
    case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8, .bool: true
    default: false
    }
  }
}
