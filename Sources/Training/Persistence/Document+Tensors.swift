// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension Document {
  /// Adds a row-major tensor with a storage of its own, its bytes little-endian.
  mutating func add(tensor bytes: [UInt8], _ dtype: DType, shape: [Int]) -> NodeID {
    let storage = add(
      Storage(name: "data/\(storages.count)", byteCount: bytes.count, bytes: .memory(bytes)))
    return add(.tensor(TensorRecord(dtype: dtype, shape: shape, storage: storage)))
  }

  /// Adds float32 values, row by row, as a tensor.
  mutating func add(tensor values: [Float], shape: [Int]) -> NodeID {
    add(tensor: unsafe values.withUnsafeBytes { unsafe Array($0) }, .float32, shape: shape)
  }
}
