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
    var readers = views.map { RunReader($0.reader) }
    let size = dtype.itemSize
    let window = ByteSource.window(of: sources)
    var start = range.lowerBound
    var overflows = 0
    while start < range.upperBound {
      let end = min(start + window, range.upperBound)
      let first = start / size * size
      let bytes = try merged(first..<(end + size - 1) / size * size, &readers, &overflows)
      unsafe try body(bytes.span.bytes.extracting(start - first..<end - first))
      start = end
    }
  }

  /// How many elements (of complex numbers, parts) are finite in every file and are not in the result.
  func overflows() throws(CheckpointError) -> Int {
    guard case .numbers = rule else { return 0 }
    var readers = views.map { RunReader($0.reader) }
    let window = ByteSource.window(of: sources)
    var overflows = 0
    for start in stride(from: 0, to: byteCount, by: window) {
      _ = try merged(start..<min(start + window, byteCount), &readers, &overflows)
    }
    return overflows
  }

  /// Bytes of whole elements.
  private func merged(
    _ range: Range<Int>, _ readers: inout [RunReader], _ overflows: inout Int
  ) throws(CheckpointError) -> [UInt8] {
    switch rule {
    case .copy: return try readers[0].bytes(range)
    case .max: return try largest(range, &readers)
    case .numbers(let arithmetic): return try computed(arithmetic, range, &readers, &overflows)
    }
  }

  private func computed(
    _ arithmetic: MergeArithmetic, _ range: Range<Int>, _ readers: inout [RunReader],
    _ overflows: inout Int
  ) throws(CheckpointError) -> [UInt8] {
    guard let part = dtype.realPart else { preconditionFailure("\(dtype) has no arithmetic") }
    let count = range.count / part.itemSize
    var run = MergeArithmetic.Run()
    var values = [Double](repeating: 0, count: count)
    var areFinite = [Bool](repeating: true, count: count)
    for index in readers.indices {
      try readers[index].withBytes(range) { FloatingPointCodec.decode($0, part, into: &values) }
      for i in values.indices where !values[i].isFinite { areFinite[i] = false }
      arithmetic.fold(values, ofSource: index, into: &run)
    }
    arithmetic.finish(&run)
    var output = [UInt8](repeating: 0, count: range.count)
    var stored = run.sum
    FloatingPointCodec.encode(&stored, count: count, into: &output, at: 0, part)
    for i in stored.indices where areFinite[i] {
      let isLost =
        !stored[i].isFinite || FloatingPointCodec.overflows(run.sum[i], stored: stored[i], as: part)
      if isLost { overflows += 1 }
    }
    return output
  }

  private func largest(
    _ range: Range<Int>, _ readers: inout [RunReader]
  ) throws(CheckpointError) -> [UInt8] {
    let size = dtype.itemSize
    var output = try readers[0].bytes(range)
    for index in readers.indices.dropFirst() {
      let bytes = try readers[index].bytes(range)
      for element in 0..<range.count / size where unsafe isLess(output.span.bytes, bytes.span.bytes, element)
      {
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
