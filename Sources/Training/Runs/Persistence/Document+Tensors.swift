// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import OrderedCollections

extension Document {
  /// Adds a row-major tensor with a storage of its own, its bytes little-endian.
  package mutating func add(tensor bytes: [UInt8], _ dtype: DType, shape: [Int]) -> NodeID {
    let storage = add(
      Storage(name: "data/\(storages.count)", byteCount: bytes.count, bytes: .memory(bytes)))
    return add(.tensor(TensorRecord(dtype: dtype, shape: shape, storage: storage)))
  }

  /// Adds float32 values, row by row, as a tensor.
  package mutating func add(tensor values: [Float], shape: [Int]) -> NodeID {
    add(tensor: unsafe values.withUnsafeBytes { unsafe Array($0) }, .float32, shape: shape)
  }

  /// Adds a state dict: an OrderedDict of plain tensors with its `_metadata`.
  mutating func add(
    state entries: [StateEntry], metadata: OrderedDictionary<Text, NodeID>?
  ) -> NodeID {
    var state: OrderedDictionary<Text, NodeID> = [:]
    for entry in entries {
      state[Text(entry.key)] =
        switch entry.value {
        case .floats(let values): add(tensor: values, shape: entry.shape)
        case .counter(let value):
          add(
            tensor: (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }, .int64, shape: entry.shape)
        }
    }
    return add(.stateDict(StateDict(kind: .orderedDict, entries: state, metadata: metadata)))
  }

  /// Adds a dict with text keys, in order.
  mutating func add(dict parts: [(Text, NodeID)]) -> NodeID {
    let entries = parts.map { Mapping.Entry(key: add(.string($0.0)), value: $0.1) }
    return add(.mapping(Mapping(kind: .dict, entries: entries)))
  }
}
