// SPDX-License-Identifier: Apache-2.0

/// What the members `storages` and `tensors` of an ancient tar file hold, by the number that the pickle names them
/// with.
struct AncientTensors {
  /// A storage, or a part of one.
  struct StorageSlice {
    var id: StorageID
    var dtype: DType
    /// In elements, of the storage.
    var offset: Int
    var count: Int
  }

  private(set) var storages: [Storage] = []
  private(set) var slices: [Text: StorageSlice] = [:]
  private(set) var tensors: [Text: TensorRecord] = [:]

  /// Keys are integers, or their decimal digits as text.
  static func key(_ id: PickleGraph.ID, _ graph: PickleGraph) -> Text? {
    switch graph[id] {
    case .int(let value): Text(value)
    case .string(let text): text.ascii.flatMap { Int64($0) }.map { Text($0) }
    default: nil
    }
  }

  func isKnown(_ key: Text) -> Bool { slices[key] != nil || tensors[key] != nil }

  mutating func add(_ bytes: ByteSource, _ dtype: DType, as key: Text) throws(CheckpointError) {
    try checkNew(key)
    storages.append(Storage(name: key, byteCount: bytes.byteCount, bytes: bytes))
    slices[key] = StorageSlice(
      id: StorageID(storages.count - 1), dtype: dtype, offset: 0, count: bytes.byteCount / dtype.itemSize)
  }

  /// `(target_key, root_key, offset, numel)`, in elements.
  mutating func addView(_ key: Text, of root: Text, offset: Int, count: Int) throws(CheckpointError) {
    try checkNew(key)
    guard let whole = slices[root] else {
      throw CheckpointError(.corrupt, "a view is of storage '\(root)', which the file does not hold")
    }
    guard offset >= 0, count >= 0, offset <= whole.count, count <= whole.count - offset else {
      throw CheckpointError(
        .corrupt, "a view of \(count) elements from \(offset) on reaches past its storage of \(whole.count)")
    }
    slices[key] = StorageSlice(
      id: whole.id, dtype: whole.dtype, offset: whole.offset + offset, count: count)
  }

  mutating func addTensor(
    _ key: Text, in storage: Text, shape: [Int], strides: [Int], offset: Int
  ) throws(CheckpointError) {
    try checkNew(key)
    guard let slice = slices[storage] else {
      throw CheckpointError(.corrupt, "a tensor is of storage '\(storage)', which the file does not hold")
    }
    var record = try TorchDecoder.checkedView(
      slice.dtype, shape, strides, offset, in: slice.id, name: storage, capacity: slice.count)
    record.offset += slice.offset
    tensors[key] = record
  }

  private func checkNew(_ key: Text) throws(CheckpointError) {
    guard !isKnown(key) else {
      throw CheckpointError(.corrupt, "two storages or tensors have the number \(key)")
    }
  }
}
