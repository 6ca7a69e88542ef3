// SPDX-License-Identifier: Apache-2.0

/// A tensor with the source of its storage's bytes: what computed bytes keep of a document.
package struct TensorView: Sendable {
  package var tensor: TensorRecord
  package var source: ByteSource

  /// Throws `.limit` for a tensor that is expanded too far to be written out.
  package init(_ document: Document, _ tensor: TensorRecord) throws(CheckpointError) {
    self.tensor = tensor
    source = document[tensor.storage].bytes
    try RowMajorBytes(source, tensor).checkedExtent()
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
      RowMajorBytes(view.source, tensor).applyBits(&bytes, range.count)
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
    RowMajorBytes(view.source, tensor).applyBits(&bytes, range.count)
    return bytes
  }

  /// Where the elements lie in the storage.
  private func positions(of range: Range<Int>) -> [Int] {
    var cursor = StrideCursor(view.tensor.shape, view.tensor.strides, at: range.lowerBound)
    return range.map { _ in
      defer { cursor.advance() }
      return view.tensor.offset + cursor.position
    }
  }
}

extension ByteSource {
  /// How many bytes to ask for at a time when `count` tensors are read in lock-step from these sources: a multiple
  /// of 16. A compressed member is decoded from its start for every run, so that its runs must be few.
  static func window(of sources: [ByteSource]) -> Int {
    sources.contains(where: \.startsOver) ? max(1 << 20, (1 << 26) / sources.count / 16 * 16) : 1 << 18
  }
}
