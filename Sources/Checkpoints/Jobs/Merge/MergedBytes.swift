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
      unsafe FloatingPointCodec.decode(bytes.span.bytes, part, into: &values)
      for i in values.indices where !values[i].isFinite { areFinite[i] = false }
      arithmetic.fold(values, ofSource: index, into: &run)
    }
    arithmetic.finish(&run)
    var output = [UInt8](repeating: 0, count: count * part.itemSize)
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
