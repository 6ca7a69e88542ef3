// SPDX-License-Identifier: Apache-2.0

/// Which storages go out, in which order, and which of their bytes.
///
/// A storage of which the tensors use every byte goes out whole. Otherwise what they span is kept, joined and
/// renumbered, so that ties and views stay as they are and unused bytes go.
package struct StorageLayout: Sendable {
  /// One storage as it will be written.
  package struct Output: Sendable {
    package var storage: StorageID
    /// Byte ranges of the storage, in order; each begins at `starts[i]` of the output.
    package var ranges: [Range<Int>]
    package var starts: [Int]
    package var byteCount: Int
    package var isWhole: Bool

    /// Where a byte of the storage lies that is kept.
    fileprivate func place(of byte: Int) -> Int {
      // The last range that begins there or before.
      var (low, high) = (0, ranges.count)
      while low < high {
        let middle = (low + high) / 2
        if ranges[middle].lowerBound <= byte { low = middle + 1 } else { high = middle }
      }
      return low > 0 && ranges[low - 1].contains(byte)
        ? byte - ranges[low - 1].lowerBound + starts[low - 1] : 0
    }
  }

  /// Where a tensor lies in the output.
  package struct Place: Sendable {
    /// The number of the storage: `data/<key>`.
    package var key: Int
    /// `storage_offset` in elements.
    package var offset: Int
    package var storageBytes: Int
  }

  package private(set) var outputs: [Output] = []
  private var keys: [StorageID: Int] = [:]

  package init(_ document: Document, tensors: [NodeID]) {
    var order: [StorageID] = []
    var users: [StorageID: [TensorRecord]] = [:]
    for id in tensors {
      guard case .tensor(let tensor) = document[id] else { continue }
      if users[tensor.storage] == nil { order.append(tensor.storage) }
      users[tensor.storage, default: []].append(tensor)
    }
    for (key, storage) in order.enumerated() {
      keys[storage] = key
      outputs.append(Self.output(storage, document[storage].byteCount, users[storage] ?? []))
    }
  }

  private static func output(_ storage: StorageID, _ byteCount: Int, _ tensors: [TensorRecord]) -> Output {
    var spans: [Range<Int>] = []
    let sizes = Set(tensors.map(\.dtype.itemSize))
    for tensor in tensors {
      guard let extent = tensor.extent, !extent.isEmpty else { continue }
      let size = tensor.dtype.itemSize
      var start = extent.lowerBound * size
      // Views of different item sizes must all keep whole offsets: move by 16 bytes, the largest item, only.
      if sizes.count > 1 { start = start / 16 * 16 }
      spans.append(start..<extent.upperBound * size)
    }
    spans.sort { $0.lowerBound < $1.lowerBound }
    var ranges: [Range<Int>] = []
    for span in spans {
      if let last = ranges.last, span.lowerBound <= last.upperBound {
        ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
      } else {
        ranges.append(span)
      }
    }
    if ranges == [0..<byteCount] || byteCount == 0 {
      let whole = 0..<byteCount
      return Output(storage: storage, ranges: [whole], starts: [0], byteCount: byteCount, isWhole: true)
    }
    var starts: [Int] = []
    var end = 0
    for range in ranges {
      if sizes.count > 1 { end = (end + 15) / 16 * 16 }
      starts.append(end)
      end += range.count
    }
    // Every view of the storage takes whole elements: its length must be a multiple of each item size.
    let unit = sizes.max() ?? 1
    end = (end + unit - 1) / unit * unit
    return Output(storage: storage, ranges: ranges, starts: starts, byteCount: end, isWhole: false)
  }

  /// Where a tensor that was given to `init` lies.
  package func place(of tensor: TensorRecord) -> Place {
    let key = keys[tensor.storage] ?? 0
    let output = outputs[key]
    let size = tensor.dtype.itemSize
    let start = tensor.offset * size
    var moved = 0
    if !tensor.shape.contains(0) {
      moved = output.place(of: start)
    } else if output.isWhole && start <= output.byteCount {
      moved = start
    }
    return Place(key: key, offset: moved / size, storageBytes: output.byteCount)
  }

  /// Bytes of the storages that go out, of which no tensor makes use.
  package func droppedBytes(in document: Document) -> Int {
    outputs.reduce(0) { sum, output in
      let used = output.ranges.reduce(0) { $0 + $1.count }
      return sum + document[output.storage].byteCount - used
    }
  }
}

extension PlannedBytes {
  /// What a layout keeps of a storage.
  init(_ output: StorageLayout.Output, _ storage: Storage) {
    self.init(
      byteCount: output.byteCount,
      pieces: zip(output.ranges, output.starts).map { Piece(source: storage.bytes, range: $0, start: $1) })
  }
}
