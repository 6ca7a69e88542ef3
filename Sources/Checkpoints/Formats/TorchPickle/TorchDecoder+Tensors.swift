// SPDX-License-Identifier: Apache-2.0

extension TorchDecoder {
  /// The tensor that a constructor of `torch._utils` would rebuild, or nil when `callee` is not one that gives a
  /// plain strided tensor. Arguments as in PyTorch's `torch/_utils.py`.
  mutating func tensor(_ callee: GlobalName, _ object: PickleGraph.Object) throws(CheckpointError)
    -> TensorRecord?
  {
    guard let arguments = arguments(object) else { return nil }
    switch (callee.module, callee.name) {
    case ("torch._utils", "_rebuild_tensor_v2") where (6...7).contains(arguments.count):
      var record = try view(arguments[0], arguments[1], arguments[2], arguments[3], dtype: nil)
      record.requiresGrad = flag(arguments[4])
      if arguments.count == 7 { addBits(arguments[6], to: &record) }
      return record
    case ("torch._utils", "_rebuild_tensor") where arguments.count == 4:
      return try view(arguments[0], arguments[1], arguments[2], arguments[3], dtype: nil)
    case ("torch._utils", "_rebuild_tensor_v3") where (7...8).contains(arguments.count):
      guard let name = globalName(arguments[6]), name.module == "torch",
        let dtype = DType(name.name)
      else {
        throw corrupt("_rebuild_tensor_v3 names no data type that is known")
      }
      var record = try view(arguments[0], arguments[1], arguments[2], arguments[3], dtype: dtype)
      record.requiresGrad = flag(arguments[4])
      if arguments.count == 8 { addBits(arguments[7], to: &record) }
      return record
    case ("torch._utils", "_rebuild_parameter") where arguments.count == 3,
      ("torch._utils", "_rebuild_parameter_with_state")
    where arguments.count == 4 && isEmptyState(arguments[3]):
      guard case .object(let inner) = graph[arguments[0]], let name = globalName(inner.callee),
        name.name.hasPrefix("_rebuild_tensor"), var record = try tensor(name, inner)
      else { return nil }
      record.requiresGrad = flag(arguments[1])
      record.isParameter = true
      return record
    case ("torch", let name) where name.hasSuffix("Tensor") && object.form == .newobj && arguments.isEmpty:
      // The oldest form: `torch.FloatTensor` made empty, then BUILD with (storage, offset, size, stride).
      guard object.states.count == 1, let parts = sequence(object.states[0]), parts.count == 4 else {
        return nil
      }
      return try view(parts[0], parts[1], parts[2], parts[3], dtype: nil)
    default:
      return nil
    }
  }

  func flag(_ id: PickleGraph.ID) -> Bool {
    if case .bool(true) = graph[id] { true } else { false }
  }

  /// The `conj` and `neg` bits that PyTorch 2 adds as a last argument. It looks at the names alone: `{'conj': False}` sets it.
  private func addBits(_ id: PickleGraph.ID, to record: inout TensorRecord) {
    guard case .dict(let pairs) = graph[id] else { return }
    for pair in pairs {
      switch text(pair.key) {
      case "conj": record.isConjugate = true
      case "neg": record.isNegative = true
      default: break
      }
    }
  }

  /// A strided view of a storage, within its bounds.
  private mutating func view(
    _ storage: PickleGraph.ID, _ offset: PickleGraph.ID, _ shape: PickleGraph.ID, _ strides: PickleGraph.ID,
    dtype: DType?
  ) throws(CheckpointError) -> TensorRecord {
    let found = try self.storage(storage)
    return try view(found, offset, shape, strides, dtype: dtype)
  }

  mutating func view(
    _ found: StorageView, _ offset: PickleGraph.ID, _ shape: PickleGraph.ID, _ strides: PickleGraph.ID,
    dtype: DType?
  ) throws(CheckpointError) -> TensorRecord {
    let dtype = dtype ?? found.dtype
    if let count = sequence(shape)?.count, count > TensorRecord.mostDimensions {
      throw CheckpointError(
        .limit, "a tensor of \(count) dimensions; at most \(TensorRecord.mostDimensions) are read",
        at: location)
    }
    try note(dtype, of: found.id)
    guard let offset = integer(offset), let shape = integers(shape), let strides = integers(strides),
      shape.count == strides.count, offset >= 0, shape.allSatisfy({ $0 >= 0 }),
      strides.allSatisfy({ $0 >= 0 })
    else { throw corrupt("a tensor's offset, size or stride is not what _rebuild_tensor_v2 takes") }
    let (start, overflow) = offset.addingReportingOverflow(found.viewOffset)
    if overflow { throw corrupt("a tensor's offset is more than 64 bits count") }
    let storage = storages[found.id.index]
    do throws(CheckpointError) {
      return try Self.checkedView(
        dtype, shape, strides, start, in: found.id, name: storage.name,
        capacity: storage.byteCount / dtype.itemSize)
    } catch { throw corrupt(error.reason) }
  }

  /// A strided view of a storage of `capacity` elements, refused where it would reach past it or cannot be counted.
  static func checkedView(
    _ dtype: DType, _ shape: [Int], _ strides: [Int], _ offset: Int, in storage: StorageID, name: Text,
    capacity: Int
  ) throws(CheckpointError) -> TensorRecord {
    func corrupt(_ reason: String) -> CheckpointError { CheckpointError(.corrupt, reason) }
    guard offset >= 0, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }) else {
      throw corrupt("a tensor's offset, size or stride is negative")
    }
    var count = 1
    for size in shape where size != 1 {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow { throw corrupt("a tensor's size \(shape) has more elements than 64 bits count") }
      count = product
    }
    if count.multipliedReportingOverflow(by: dtype.itemSize).overflow {
      throw corrupt("a tensor's size \(shape) has more bytes than 64 bits count")
    }
    let record = TensorRecord(dtype: dtype, shape: shape, strides: strides, offset: offset, storage: storage)
    guard let extent = record.extent, extent.isEmpty || extent.upperBound <= capacity else {
      throw corrupt(
        "a tensor of size \(shape), stride \(strides) and offset \(offset) reaches past its storage "
          + "\(name) of \(capacity) elements")
    }
    return record
  }

  /// What is big-endian is swapped by the data type that uses it, so that there can be only one size of numbers.
  private mutating func note(_ dtype: DType, of storage: StorageID) throws(CheckpointError) {
    guard isBigEndian else { return }
    guard numberSizes[storage, default: dtype.numberSize] == dtype.numberSize else {
      throw CheckpointError(
        .unsupported,
        "the file is big-endian, and a tensor of \(dtype) views numbers that another tensor takes to have "
          + "\(numberSizes[storage] ?? 0) bytes",
        at: .init(file: location.file, member: storages[storage.index].name),
        hint: "load it on a big-endian machine and save one clone of each tensor")
    }
    numberSizes[storage] = dtype.numberSize
  }

  /// What a tensor views: a storage, or a part of one that an old file gave a name.
  struct StorageView {
    var id: StorageID
    var dtype: DType
    /// In elements: old legacy files let several storages view one.
    var viewOffset: Int
  }

  /// The storage behind a persistent id `('storage', class, key, location, numel[, view_metadata])`.
  mutating func storage(_ id: PickleGraph.ID) throws(CheckpointError) -> StorageView {
    if let ancient, case .persistent(let number) = graph[id] {
      guard let key = AncientTensors.key(number, graph), let slice = ancient.slices[key] else {
        throw corrupt("a tensor's storage is none that the file holds")
      }
      return StorageView(id: slice.id, dtype: slice.dtype, viewOffset: slice.offset)
    }
    guard case .persistent(let pid) = graph[id], let reference = try StorageReference(pid, in: graph) else {
      throw corrupt("a tensor's storage is not a persistent id ('storage', class, key, location, numel)")
    }
    let name = reference.className
    guard let dtype = StorageClass.dtype(name) else {
      throw CheckpointError(.unsupported, "the storage class \(name) is not known", at: location)
    }
    let key = reference.key
    let (byteCount, overflow) = reference.numel.multipliedReportingOverflow(by: dtype.itemSize)
    if overflow { throw corrupt("storage '\(key)' has more bytes than 64 bits count") }
    let storageID: StorageID
    if let known = storageIDs[key] {
      storageID = known
    } else {
      let found = try lookup(key)
      storages.append(Storage(name: found.name, byteCount: found.byteCount, bytes: found.bytes))
      storageID = StorageID(storages.count - 1)
      storageIDs[key] = storageID
    }
    guard storages[storageID.index].byteCount == byteCount else {
      throw CheckpointError(
        .corrupt,
        "the member holds \(storages[storageID.index].byteCount) bytes, the pickle says \(byteCount)",
        at: .init(file: location.file, member: storages[storageID.index].name))
    }
    return StorageView(id: storageID, dtype: dtype, viewOffset: reference.view?.offset ?? 0)
  }
}
