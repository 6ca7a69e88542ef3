// SPDX-License-Identifier: Apache-2.0

extension TensorReader {
  /// Whether the elements are the bytes of the storage from `offset` on.
  var isPlain: Bool { tensor.isContiguous && !tensor.isConjugate && !tensor.isNegative }

  var window: ByteWindow { ByteWindow(source) }

  /// The elements of the storage that the view touches.
  func extent() throws(CheckpointError) -> Range<Int> {
    guard let extent = tensor.extent, extent.lowerBound >= 0,
      extent.upperBound <= source.byteCount / tensor.dtype.itemSize
    else {
      throw CheckpointError(
        .corrupt, "the strides of a tensor lead out of its storage", at: .init(file: file))
    }
    return extent
  }

  /// The elements of a box in row-major order.
  func elements(of box: ElementBox) throws(CheckpointError) -> [UInt8] {
    let size = tensor.dtype.itemSize
    let extent = box.extent(in: tensor)
    let dimensions = box.size.indices.filter { box.size[$0] > 1 }
    let run = dimensions.first { tensor.strides[$0] == 1 }
    var output = [UInt8](repeating: 0, count: box.count * size)
    let steps = TensorRecord.contiguousStrides(box.size)
    // Runs far apart are read one by one, so that tiles do not read what lies between them.
    let isSparse = extent.count > 2 * box.count && extent.count * size > Self.longExtent
    let isLong =
      (run.map { box.size[$0] } ?? 1) * size >= Self.longRun || extent.count * size > Self.hugeExtent
    let readsRuns = isSparse && isLong && source.isFile
    var window = self.window
    if !readsRuns { try window.load(extent.lowerBound * size..<extent.upperBound * size) }
    let others = dimensions.filter { $0 != run }
    let length = run.map { box.size[$0] } ?? 1
    let step = run.map { steps[$0] } ?? 1
    var counter = others.map { _ in 0 }
    var (from, to) = (0, 0)
    while true {
      if readsRuns {
        let start = (extent.lowerBound + from) * size
        try window.load(start..<start + length * size)
      }
      try window.withBytes { bytes throws(CheckpointError) in
        Self.copy(bytes, at: readsRuns ? 0 : from, length, size, into: &output, at: to, step)
      }
      guard let moved = others.indices.last(where: { counter[$0] + 1 < box.size[others[$0]] }) else { break }
      for index in others.indices[moved...] {
        let dimension = others[index]
        let next = index == moved ? counter[index] + 1 : 0
        from += (next - counter[index]) * tensor.strides[dimension]
        to += (next - counter[index]) * steps[dimension]
        counter[index] = next
      }
    }
    if tensor.isConjugate || tensor.isNegative { rowMajor.applyBits(&output, box.count) }
    return output
  }

  /// The elements in row-major order, in boxes of whole rows that take at most `boxBytes`, whatever lies between them
  /// in the storage.
  func forEachBoxOfRows(
    boxBytes: Int = 1 << 24, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    _ = try extent()
    do throws(CheckpointError) { try rowMajor.checkedExtent() } catch { throw error.at(file: file) }
    var stack = [ElementBox(lower: tensor.shape.map { _ in 0 }, size: tensor.shape)]
    while let box = stack.popLast() {
      if box.count * tensor.dtype.itemSize > boxBytes, let first = box.size.firstIndex(where: { $0 > 1 }) {
        let (upper, lower) = box.halves(along: first)
        stack += [lower, upper]
      } else {
        let elements = try self.elements(of: box)
        try unsafe body(elements.span.bytes)
      }
    }
  }

  private static let longRun = 1 << 7
  private static let longExtent = 1 << 20
  private static let hugeExtent = 1 << 26

  /// Copies `count` neighbouring elements to every `step`-th place. Positions are in elements.
  private static func copy(
    _ input: RawSpan, at from: Int, _ count: Int, _ size: Int, into output: inout [UInt8], at to: Int,
    _ step: Int
  ) {
    unsafe input.withUnsafeBytes { input in
      unsafe output.withUnsafeMutableBytes { output in
        for index in 0..<count {
          let (source, target) = ((from + index) * size, (to + index * step) * size)
          precondition(source >= 0 && source + size <= input.count && target + size <= output.count)
          for byte in 0..<size { unsafe output[target + byte] = input[source + byte] }
        }
      }
    }
  }
}

extension ByteSource {
  fileprivate var isFile: Bool {
    if case .file = self { true } else { false }
  }
}
