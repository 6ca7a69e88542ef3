// SPDX-License-Identifier: Apache-2.0

extension TorchEncoder {
  mutating func write(_ tensor: TensorRecord) {
    if tensor.isParameter { global(GlobalName("torch._utils", "_rebuild_parameter")) }
    let typed = StorageClass.name(for: tensor.dtype)
    global(GlobalName("torch._utils", typed == nil ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2"))
    let place = storages.place(of: tensor)
    writer.mark()
    writer.mark()
    writer.intern("storage")
    global(typed ?? StorageClass.untyped)
    writer.intern(String(place.key))
    writer.intern("cpu")
    writer.int(typed == nil ? place.storageBytes : place.storageBytes / tensor.dtype.itemSize)
    if form == .legacy { writer.none() }
    writer.tuple(form == .legacy ? 6 : 5)
    writer.binpersid()
    writer.int(place.offset)
    integers(tensor.shape)
    integers(tensor.strides)
    writer.bool(tensor.requiresGrad && !tensor.isParameter)
    writeEmptyOrderedDict()
    if typed == nil { global(GlobalName("torch", tensor.dtype.rawValue)) }
    if tensor.isConjugate || tensor.isNegative { bits(tensor) }
    writer.tuple(6)
    writer.reduce()
    if tensor.isParameter {
      writer.bool(tensor.requiresGrad)
      writeEmptyOrderedDict()
      writer.tuple(3)
      writer.reduce()
    }
  }

  mutating func bits(_ tensor: TensorRecord) {
    writer.emptyDict()
    for (name, isSet) in [("conj", tensor.isConjugate), ("neg", tensor.isNegative)] where isSet {
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
