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
    // Long runs far apart are read one by one, so that tiles do not read what lies between them.
    let isSparse = extent.count > 2 * box.count && extent.count * size > Self.longExtent
    let readsRuns = isSparse && source.isFile && run.map { box.size[$0] * size >= Self.longRun } == true
    let stored = readsRuns ? [] : try source.read(extent.lowerBound * size..<extent.upperBound * size)
    let others = dimensions.filter { $0 != run }
    let length = run.map { box.size[$0] } ?? 1
    let step = run.map { steps[$0] } ?? 1
    var counter = others.map { _ in 0 }
    var (from, to) = (0, 0)
    while true {
      if readsRuns {
        let start = (extent.lowerBound + from) * size
        let bytes = try source.read(start..<start + length * size)
        Self.copy(bytes, at: 0, length, size, into: &output, at: to, step)
      } else {
        Self.copy(stored, at: from, length, size, into: &output, at: to, step)
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

  private static let longRun = 1 << 10
  private static let longExtent = 1 << 20

  /// Copies `count` neighbouring elements to every `step`-th place. Positions are in elements.
  private static func copy(
    _ input: [UInt8], at from: Int, _ count: Int, _ size: Int, into output: inout [UInt8], at to: Int,
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
