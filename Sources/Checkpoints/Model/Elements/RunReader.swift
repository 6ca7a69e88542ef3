// SPDX-License-Identifier: Apache-2.0

/// Reads the elements of a tensor in row-major order, little-endian, a run or a box of them at a time, whatever the
/// strides. All that reads elements stands on it; several of them go through several files in lock-step.
///
/// However the elements are scattered, no more of a file than `mostBytes` is in memory, beside what was asked for or put
/// in order ahead. Of a source that is decoded or computed from its beginning for every range all that a scattered tensor
/// spans is held, within the limits of `TensorReader.checkedExtent`.
struct RunReader {
  private let reader: TensorReader
  private var window: ByteWindow
  /// Elements that were put in order.
  private var gathered: [UInt8] = []
  /// Which bytes of the row-major order they are; empty where they are a box.
  private var held = 0..<0
  private var isChecked = false
  private let mostBytes: Int

  init(_ reader: TensorReader, mostBytes: Int = mostBytes) {
    self.reader = reader
    self.mostBytes = mostBytes
    window = ByteWindow(reader.source)
  }

  private var tensor: TensorRecord { reader.tensor }

  /// Bytes of a storage, or of elements put in order ahead of their use. A 64 MiB tensor that is transposed is then
  /// read once; of a larger one of which 4096 elements make a row, 4096 rows are put in order at a time, by reads of
  /// 16 KiB.
  private static let mostBytes = 1 << 26

  /// A range of elements is scattered where the storage between the first and the last has more than this many times
  /// as many. Up to there it is cheaper to read what lies between than to keep what is ahead.
  private static let largestSpread = 8

  /// Hands out the bytes `range` of the elements in row-major order.
  mutating func withBytes<Result>(
    _ range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    try load(range)
    if reader.isPlain { return try window.withBytes(stored(range), body) }
    let start = range.lowerBound - held.lowerBound
    return try unsafe body(gathered.span.bytes.extracting(start..<start + range.count))
  }

  /// Holds the bytes `range` of the row-major order, so that parts of it, in any order, are not read again.
  mutating func load(_ range: Range<Int>) throws(CheckpointError) {
    if reader.isPlain {
      let all = stored(0..<tensor.count * tensor.dtype.itemSize)
      return try window.load(stored(range), before: all.upperBound)
    }
    if range.lowerBound < held.lowerBound || range.upperBound > held.upperBound { try gather(range) }
  }

  /// Where bytes of a plain tensor lie.
  private func stored(_ range: Range<Int>) -> Range<Int> {
    let start = tensor.count == 0 ? 0 : tensor.offset * tensor.dtype.itemSize
    return start + range.lowerBound..<start + range.upperBound
  }

  /// The bytes `range` of the elements in row-major order.
  mutating func bytes(_ range: Range<Int>) throws(CheckpointError) -> [UInt8] {
    try withBytes(range) { unsafe $0.withUnsafeBytes { unsafe [UInt8]($0) } }
  }

  /// Whether a second reader of the same tensor would do work anew that this one has done: not where each range is read
  /// by itself.
  var worthKeeping: Bool { !reader.isPlain || !window.isRandomAccess }

  /// Hands out the elements of a box, row-major.
  mutating func withElements<Result>(
    of box: ElementBox, _ body: (RawSpan) throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    held = 0..<0
    let count = box.count
    try check()
    var output = room(for: count)
    try read(box, into: &output, at: 0)
    tensor.resolveBits(in: &output, count)
    gathered = output
    return try unsafe body(gathered.span.bytes.extracting(first: count * tensor.dtype.itemSize))
  }

  /// Puts the elements that a range of bytes touches in order, and those ahead where they are scattered over a large
  /// file.
  private mutating func gather(_ range: Range<Int>) throws(CheckpointError) {
    let size = tensor.dtype.itemSize
    var elements = range.lowerBound / size..<(range.upperBound + size - 1) / size
    held = 0..<0
    try check()
    var boxes = ElementBox.covering(elements, of: tensor.shape)
    let extents = boxes.map { $0.extent(in: tensor) }
    let first = extents.reduce(Int.max) { min($0, $1.lowerBound) }
    let last = extents.reduce(0) { max($0, $1.upperBound) }
    if last - first > Self.largestSpread * elements.count, !window.holds(first * size..<last * size) {
      let span = try reader.checkedExtent()
      if span.count * size <= mostBytes || !window.isRandomAccess {
        try window.load(span.lowerBound * size..<span.upperBound * size)
      } else {
        let ahead = min(elements.lowerBound + mostBytes / size, tensor.count)
        elements = elements.lowerBound..<max(elements.upperBound, ahead)
        boxes = ElementBox.covering(elements, of: tensor.shape)
      }
    }
    var output = room(for: elements.count)
    var place = 0
    for box in boxes {
      try read(box, into: &output, at: place)
      place += box.count
    }
    tensor.resolveBits(in: &output, elements.count)
    gathered = output
    held = elements.lowerBound * size..<elements.upperBound * size
  }

  /// The strides are within bounds before any index is reckoned.
  private mutating func check() throws(CheckpointError) {
    if isChecked { return }
    try reader.checkedExtent()
    isChecked = true
  }

  /// The buffer, taken out so that it is written in place.
  private mutating func room(for elements: Int) -> [UInt8] {
    var buffer: [UInt8] = []
    swap(&buffer, &gathered)
    let count = elements * tensor.dtype.itemSize
    return buffer.count < count ? [UInt8](repeating: 0, count: count) : buffer
  }

  /// Puts the elements of a box, row-major, at `place`. It is cut while it has gaps that are not worth reading.
  private mutating func read(
    _ box: ElementBox, into output: inout [UInt8], at place: Int
  ) throws(CheckpointError) {
    let size = tensor.dtype.itemSize
    let steps = TensorRecord.contiguousStrides(box.size)
    var stack = [box]
    while let part = stack.popLast() {
      let extent = part.extent(in: tensor)
      let range = extent.lowerBound * size..<extent.upperBound * size
      if let dimension = cut(part, range) {
        let (first, second) = part.halves(along: dimension)
        stack += [second, first]
        continue
      }
      try window.load(range)
      let target = part.lower.indices.reduce(place) { $0 + (part.lower[$1] - box.lower[$1]) * steps[$1] }
      let copy = StridedCopy(part.size, from: tensor.strides, to: steps)
      try window.withBytes(range) { bytes throws(CheckpointError) in
        copy(bytes, at: 0, into: &output, at: target, itemSize: size)
      }
    }
  }

  /// A read of few bytes that the kernel has in memory took 2.7 microseconds where a long one copied 2.4 GB/s: in the
  /// time of a call 6 KiB are read.
  private static let callBytes = 1 << 13

  /// The dimension along which a part of a box is to be cut before it is read; nil where it is read at once.
  private func cut(_ part: ElementBox, _ range: Range<Int>) -> Int? {
    guard window.isRandomAccess, !window.holds(range), let widest = part.widest(tensor.strides) else {
      return nil
    }
    if range.count > mostBytes { return widest }
    var step = part
    step.size[widest] = 1
    let gap = tensor.strides[widest] - step.extent(in: tensor).count
    return gap * tensor.dtype.itemSize > Self.callBytes ? widest : nil
  }
}
