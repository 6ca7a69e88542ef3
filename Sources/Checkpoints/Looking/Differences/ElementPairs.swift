// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// The elements of two tensors of one shape side by side, a bounded piece of them at a time, whatever their strides.
struct ElementPairs {
  let a: TensorReader
  let b: TensorReader

  /// Bytes of a storage that a box may touch.
  var boxBytes = 1 << 24

  /// Whether data types and all elements are equal, bit by bit.
  func areBitEqual(onBytes: (Int) -> Void) throws(CheckpointError) -> Bool {
    guard a.tensor.dtype == b.tensor.dtype else { return false }
    if a.tensor.count == 0 { return true }
    if hasOneLayout {
      // Gaps between elements count here; where they alone differ, the elements are looked at.
      if try areStoragesEqual(onBytes) { return true }
      if a.isPlain { return false }
    }
    var areEqual = true
    try forEachPiece { left, right, _ throws(CheckpointError) in
      guard areEqual else { return }
      areEqual = Self.areEqual(left, right)
    }
    return areEqual
  }

  /// Hands out pieces of equally many elements of `a` and of `b`, and says where they stand.
  func forEachPiece(
    _ body: (RawSpan, RawSpan, ElementPlace) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    if a.tensor.count == 0 { return }
    guard a.isPlain, b.isPlain else { return try forEachBox(body) }
    var (left, right) = (RunReader(a), RunReader(b))
    let (sizeA, sizeB) = (a.tensor.dtype.itemSize, b.tensor.dtype.itemSize)
    let most = max(ByteWindow(a.source).size, ByteWindow(b.source).size) / max(sizeA, sizeB)
    for start in stride(from: 0, to: a.tensor.count, by: most) {
      let end = min(start + most, a.tensor.count)
      try left.withBytes(start * sizeA..<end * sizeA) { left throws(CheckpointError) in
        try right.withBytes(start * sizeB..<end * sizeB) { right throws(CheckpointError) in
          try body(left, right, .run(from: start))
        }
      }
    }
  }

  /// Whether the n-th byte of both views' storages belongs to the same element.
  private var hasOneLayout: Bool {
    if a.isPlain && b.isPlain { return true }
    let (x, y) = (a.tensor, b.tensor)
    guard x.isConjugate == y.isConjugate, x.isNegative == y.isNegative else { return false }
    return x.shape.indices.allSatisfy { x.shape[$0] == 1 || x.strides[$0] == y.strides[$0] }
  }

  private func areStoragesEqual(_ onBytes: (Int) -> Void) throws(CheckpointError) -> Bool {
    let size = a.tensor.dtype.itemSize
    let (from, to) = (try a.extentInStorage(), try b.extentInStorage())
    var (left, right) = (ByteWindow(a.source), ByteWindow(b.source))
    let most = max(left.size, right.size)
    for start in stride(from: 0, to: from.count * size, by: most) {
      let end = min(start + most, from.count * size)
      let (x, y) = (from.lowerBound * size, to.lowerBound * size)
      try left.load(x + start..<x + end, before: x + from.count * size)
      try right.load(y + start..<y + end, before: y + to.count * size)
      let areEqual = try left.withBytes(x + start..<x + end) { left throws(CheckpointError) in
        try right.withBytes(y + start..<y + end) { right throws(CheckpointError) in
          Self.areEqual(left, right)
        }
      }
      onBytes(end - start)
      if !areEqual { return false }
    }
    return true
  }

  private static func areEqual(_ a: RawSpan, _ b: RawSpan) -> Bool {
    guard a.byteCount == b.byteCount else { return false }
    return unsafe a.withUnsafeBytes { a in
      unsafe b.withUnsafeBytes { b in
        guard let x = a.baseAddress, let y = b.baseAddress else { return true }
        return unsafe memcmp(x, y, a.count) == 0
      }
    }
  }

  /// Cuts the index space until a box touches few bytes of either storage: a transposed tensor is read in tiles.
  private func forEachBox(
    _ body: (RawSpan, RawSpan, ElementPlace) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    // Both are checked to lie in their storages before any index is reckoned.
    for reader in [a, b] { try reader.checkExtent() }
    var (left, right) = (RunReader(a), RunReader(b))
    let shape = a.tensor.shape
    var stack = [ElementBox(lower: shape.map { _ in 0 }, size: shape)]
    while let box = stack.popLast() {
      if let dimension = cut(box) {
        let (first, second) = box.halves(along: dimension)
        stack += [second, first]
        continue
      }
      try left.withElements(of: box) { left throws(CheckpointError) in
        try right.withElements(of: box) { right throws(CheckpointError) in
          try body(left, right, .box(box, shape: shape))
        }
      }
    }
  }

  /// The dimension to cut, or nil where a box is small enough.
  private func cut(_ box: ElementBox) -> Int? {
    for reader in [a, b] {
      let size = reader.tensor.dtype.itemSize
      let isWide = box.extent(in: reader.tensor).count * size > boxBytes
      guard isWide || box.count * size > boxBytes else { continue }
      return box.widest(reader.tensor.strides)
    }
    return nil
  }
}
