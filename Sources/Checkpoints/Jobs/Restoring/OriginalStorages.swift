// SPDX-License-Identifier: Apache-2.0

/// The storages of a document as they would be written, and which of their bytes somebody has.
struct OriginalStorages {
  private let document: Document
  let layout: StorageLayout
  private let keys: [StorageID: Int]
  private var coverage: StorageCoverage

  /// Modules count by the object that was pickled.
  init(_ document: Document) {
    self.document = document
    layout = StorageLayout(document, tensors: Reachable(document, throughOriginals: true).tensors)
    keys = Dictionary(layout.outputs.enumerated().map { ($0.element.storage, $0.offset) }) { first, _ in first
    }
    coverage = StorageCoverage(storages: layout.outputs.count)
  }

  /// Where the elements of a view lie; nil for a view with gaps, and for one of no storage that is written.
  func place(of tensor: TensorRecord, in storage: StorageID) -> RemovalTable.Place? {
    guard let order = tensor.memoryOrder, let key = keys[storage] else { return nil }
    let (bytes, output) = (tensor.filledBytes, layout.outputs[key])
    // The last range that begins there or before.
    var (low, high) = (0, output.ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if output.ranges[middle].lowerBound <= bytes.lowerBound { low = middle + 1 } else { high = middle }
    }
    guard low > 0, bytes.upperBound <= output.ranges[low - 1].upperBound else { return nil }
    let moved = output.starts[low - 1] - output.ranges[low - 1].lowerBound
    return .init(storage: key, start: bytes.lowerBound + moved, order: order)
  }

  /// Whether nobody has any of the bytes of a tensor with a place.
  func isFree(_ place: RemovalTable.Place, bytes: Int) -> Bool {
    coverage.isFree(place.start..<place.start + bytes, of: place.storage)
  }

  /// From now on somebody has them.
  mutating func take(_ place: RemovalTable.Place, bytes: Int) {
    coverage.take(place.start..<place.start + bytes, of: place.storage)
  }

  /// Views of the bytes that nobody has, and their places.
  func rest() -> [(tensor: TensorRecord, place: RemovalTable.Place)] {
    layout.outputs.enumerated().flatMap { key, output in
      zip(output.ranges, output.starts).flatMap { range, start in
        coverage.free(start..<start + range.count, of: key).map { free in
          let tensor = TensorRecord(
            dtype: .uint8, shape: [free.count], offset: free.lowerBound - start + range.lowerBound,
            storage: output.storage)
          return (tensor, RemovalTable.Place(storage: key, start: free.lowerBound, order: [0]))
        }
      }
    }
  }

  /// The document as a pickle whose storages have the numbers of the places.
  ///
  /// - Throws: `unrepresentable` for what no file of PyTorch's can be written with again.
  func structure() throws(CheckpointError) -> [UInt8] {
    if let path = try pathOfScript() {
      throw CheckpointError(
        .unrepresentable, "a TorchScript module cannot be written, and so not be put back",
        at: .init(file: document.source?.file, key: path), hint: "leave out --keep-removed, and keep the file"
      )
    }
    var encoder = TorchEncoder(document, layout, keepOpaque: true)
    do throws(CheckpointError) { return try encoder.encode() } catch {
      throw CheckpointError(
        error.code, "it could not be put back: \(error.reason)", at: error.location,
        hint: "leave out --keep-removed, and keep the file"
      ).at(file: document.source?.file)
    }
  }

  /// Where a module stands that was not pickled.
  private func pathOfScript() throws(CheckpointError) -> Text? {
    try document.stateDictSites().first { site in
      guard case .stateDict(let state) = document[site.node], state.kind.isModule else { return false }
      guard let original = state.original, case .object = document[original] else { return true }
      return false
    }?.path
  }
}
