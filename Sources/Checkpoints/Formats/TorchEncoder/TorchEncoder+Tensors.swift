// SPDX-License-Identifier: Apache-2.0

extension TorchEncoder {
  mutating func write(_ tensor: TensorRecord) {
    if tensor.isParameter { global(GlobalName("torch._utils", "_rebuild_parameter")) }
    global(constructor(of: tensor))
    arguments(of: tensor)
    writer.reduce()
    if tensor.isParameter {
      writer.bool(tensor.requiresGrad)
      writeEmptyOrderedDict()
      writer.tuple(3)
      writer.reduce()
    }
  }

  func constructor(of tensor: TensorRecord) -> GlobalName {
    let isTyped = StorageClass.name(for: tensor.dtype) != nil
    return GlobalName("torch._utils", isTyped ? "_rebuild_tensor_v2" : "_rebuild_tensor_v3")
  }

  mutating func arguments(of tensor: TensorRecord) {
    writer.mark()
    storage(of: tensor, as: tensor.dtype)
    integers(tensor.shape)
    integers(tensor.strides)
    writer.bool(tensor.requiresGrad && !tensor.isParameter)
    writeEmptyOrderedDict()
    if StorageClass.name(for: tensor.dtype) == nil {
      global(GlobalName("torch", Text(tensor.dtype.rawValue)))
    }
    if tensor.isConjugate || tensor.isNegative { bits(tensor) }
    writer.tuple(6)
  }

  /// The persistent id of the storage, counted in elements of `dtype`, and the view's offset in it.
  mutating func storage(of tensor: TensorRecord, as dtype: DType) {
    let typed = StorageClass.name(for: dtype)
    let place = storages.place(of: tensor)
    writer.mark()
    writer.intern("storage")
    global(typed ?? StorageClass.untyped)
    writer.intern(Text(place.key))
    writer.intern("cpu")
    writer.int(typed == nil ? place.storageBytes : place.storageBytes / dtype.itemSize)
    if form == .legacy { writer.none() }
    writer.tuple(form == .legacy ? 6 : 5)
    writer.binpersid()
    writer.int(place.offset)
  }

  mutating func bits(_ tensor: TensorRecord) {
    writer.emptyDict()
    let bits: [(name: Text, isSet: Bool)] = [("conj", tensor.isConjugate), ("neg", tensor.isNegative)]
    for (name, isSet) in bits where isSet {
      writer.intern(name)
      writer.bool(true)
      writer.setItem()
    }
  }

  mutating func integers(_ values: [Int]) {
    if values.count > 3 { writer.mark() }
    for value in values { writer.int(value) }
    writer.tuple(values.count)
  }
}
