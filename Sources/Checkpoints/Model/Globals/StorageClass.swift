// SPDX-License-Identifier: Apache-2.0

/// The storage classes of PyTorch's pickles (`torch.FloatStorage`) and the data types they hold.
package enum StorageClass {
  /// The data type of `torch.FloatStorage` and its kin, also under `torch.cuda`. `UntypedStorage` counts bytes.
  package static func dtype(_ name: GlobalName) -> DType? {
    switch name.module {
    case "torch", "torch.cuda": byName[name.name]
    case "torch.storage" where name.name == "UntypedStorage" || name.name == "_UntypedStorage": .uint8
    default: nil
    }
  }

  /// The class whose pickled tensors carry `dtype`; nil for those that only `_rebuild_tensor_v3` writes.
  package static func name(for dtype: DType) -> GlobalName? {
    byDType[dtype].map { GlobalName("torch", $0) }
  }

  package static let untyped = GlobalName("torch.storage", "UntypedStorage")

  private static let byName: [Text: DType] = [
    "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16,
    "BFloat16Storage": .bfloat16,
    "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8,
    "ByteStorage": .uint8, "BoolStorage": .bool, "ComplexDoubleStorage": .complex128,
    "ComplexFloatStorage": .complex64, "QInt32Storage": .qint32, "QInt8Storage": .qint8,
    "QUInt8Storage": .quint8, "QUInt4x2Storage": .quint4x2, "QUInt2x4Storage": .quint2x4,
  ]

  private static let byDType = Dictionary(uniqueKeysWithValues: byName.map { ($0.value, $0.key) })
}
