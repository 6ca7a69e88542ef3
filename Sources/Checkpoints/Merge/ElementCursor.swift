// SPDX-License-Identifier: Apache-2.0

/// A tensor with the source of its storage's bytes: what computed bytes keep of a document.
package struct TensorView: Sendable {
  package var tensor: TensorRecord
  package var source: ByteSource

  /// Throws `.limit` for a tensor that is expanded too far to be written out.
  package init(_ document: Document, _ tensor: TensorRecord) throws(CheckpointError) {
    self.tensor = tensor
    source = document[tensor.storage].bytes
    guard let extent = tensor.extent else {
      throw CheckpointError(.corrupt, "the strides of a tensor overflow")
    }
    try TensorReader.checkExpansion(of: tensor, extent)
  }

  /// Whether both name the same elements of one storage of one document.
  func isSameView(as other: TensorRecord) -> Bool {
    tensor.storage == other.storage && tensor.dtype == other.dtype && tensor.shape == other.shape
      && tensor.strides == other.strides && tensor.offset == other.offset
      && tensor.isConjugate == other.isConjugate && tensor.isNegative == other.isNegative
  }
}

/// Reads runs of a tensor's elements in row-major order, little-endian, whatever its strides: several cursors go
/// through several files in lock-step, which a reader that hands out its own chunks cannot do.
struct ElementCursor {
  private let view: TensorView
  /// The bytes that a tensor spans, kept once a run of its elements turned out to be scattered over them.
  private var spanned: [UInt8]?

  init(_ view: TensorView) { self.view = view }

  /// A run is read by itself while it spans at most this many times its own bytes.
  private static let largestSpread = 8

  /// The elements `range` of the row-major order.
  mutating func read(_ range: Range<Int>) throws(CheckpointError) -> [UInt8] {
    let tensor = view.tensor
    let size = tensor.dtype.itemSize
    if range.isEmpty { return [] }
    if tensor.isContiguous {
      let start = (tensor.offset + range.lowerBound) * size
      var bytes = try view.source.read(start..<start + range.count * size)
      TensorReader.applyBits(of: tensor, to: &bytes, range.count)
      return bytes
    }
    let positions = positions(of: range)
    var first = positions[0]
    var last = positions[0]
    for position in positions {
      first = min(first, position)
      last = max(last, position)
    }
    if spanned == nil, last - first >= Self.largestSpread * range.count, let extent = tensor.extent {
      spanned = try view.source.read(extent.lowerBound * size..<extent.upperBound * size)
    }
    let stored: [UInt8]
    if let spanned {
      stored = spanned
      first = tensor.offset
    } else {
      stored = try view.source.read(first * size..<(last + 1) * size)
    }
    var bytes = [UInt8](repeating: 0, count: range.count * size)
    for (index, position) in positions.enumerated() {
      for byte in 0..<size { bytes[index * size + byte] = stored[(position - first) * size + byte] }
    }
    TensorReader.applyBits(of: tensor, to: &bytes, range.count)
    return bytes
  }

  /// Where the elements lie in the storage, one counter a dimension.
  private func positions(of range: Range<Int>) -> [Int] {
    let tensor = view.tensor
    var counter = [Int](repeating: 0, count: tensor.shape.count)
    var position = tensor.offset
    var rest = range.lowerBound
    for dimension in tensor.shape.indices.reversed() {
      counter[dimension] = rest % tensor.shape[dimension]
      rest /= tensor.shape[dimension]
      position += counter[dimension] * tensor.strides[dimension]
    }
    var positions: [Int] = []
    positions.reserveCapacity(range.count)
    for _ in range {
      positions.append(position)
      for dimension in counter.indices.reversed() {
        counter[dimension] += 1
        position += tensor.strides[dimension]
        if counter[dimension] < tensor.shape[dimension] { break }
        position -= tensor.strides[dimension] * tensor.shape[dimension]
        counter[dimension] = 0
      }
    }
    return positions
  }
}

extension ByteSource {
  /// How many bytes to ask for at a time when `count` tensors are read in lock-step from these sources: a multiple
  /// of 16. A compressed member is decoded from its start for every run, so that its runs must be few.
  static func window(of sources: [ByteSource]) -> Int {
    let isDecoded = sources.contains { source in
      if case .member = source { true } else { false }
    }
    return isDecoded ? max(1 << 20, (1 << 26) / sources.count / 16 * 16) : 1 << 18
  }
}
