// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

@testable import Checkpoints

/// A checkpoint drawn by lot: containers in containers, tied and strided tensors, values of every plain kind.
struct RandomDocument {
  private(set) var document = Document(nodes: [])
  private var lottery: Lottery
  private var tensors: [NodeID] = []

  init(_ seed: Int) {
    lottery = Lottery(seed)
    var entries: [Mapping.Entry] = []
    for index in 0..<Int.random(in: 1...4, using: &lottery) {
      entries.append(.init(key: document.add(.string("part\(index)")), value: container(depth: 0)))
    }
    document.root = document.add(.mapping(Mapping(kind: .orderedDict, entries: entries)))
  }

  private mutating func chance(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &lottery) == 0 }

  private mutating func container(depth: Int) -> NodeID {
    let count = Int.random(in: 1...5, using: &lottery)
    switch Int.random(in: 0..<(depth < 2 ? 5 : 2), using: &lottery) {
    case 0, 1:
      var state = StateDict(kind: chance(2) ? .dict : .orderedDict, entries: [:])
      for index in 0..<count { state.entries["m\(index).w\(index % 2)"] = tensor() }
      if state.kind == .orderedDict, chance(2) {
        let version = document.add(.string("version"))
        let value = document.add(.int(1))
        state.metadata = [
          "m0": document.add(.mapping(Mapping(kind: .dict, entries: [.init(key: version, value: value)])))
        ]
      }
      return document.add(.stateDict(state))
    case 2:
      return document.add(.list((0..<count).map { _ in part(depth) }))
    case 3:
      return document.add(.tuple((0..<count).map { _ in part(depth) }))
    default:
      let entries = (0..<count).map { index in
        let key = chance(3) ? document.add(.int(Int64(index))) : document.add(.string("k~/\(index)"))
        return Mapping.Entry(key: key, value: part(depth))
      }
      return document.add(.mapping(Mapping(kind: .dict, entries: entries)))
    }
  }

  private mutating func part(_ depth: Int) -> NodeID {
    switch Int.random(in: 0..<8, using: &lottery) {
    case 0, 1: tensor()
    case 2: document.add(.float(Double.random(in: -1...1, using: &lottery)))
    case 3: document.add(.string("text \(Int.random(in: 0..<9, using: &lottery))"))
    case 4: document.add(chance(2) ? .none : .bool(chance(2)))
    case 5: document.add(.int(Int64.random(in: -9...9, using: &lottery)))
    default: depth < 2 ? container(depth: depth + 1) : tensor()
    }
  }

  private mutating func tensor() -> NodeID {
    if chance(5), let tied = tensors.randomElement(using: &lottery) { return tied }
    let dtype: DType = [.float32, .float32, .int64, .bfloat16].randomElement(using: &lottery) ?? .float32
    let shape = (0..<Int.random(in: 0...3, using: &lottery)).map { _ in Int.random(in: 0...3, using: &lottery)
    }
    var record = TensorRecord(dtype: dtype, shape: shape, storage: StorageID(0))
    if chance(4) { (record.shape, record.strides) = (shape.reversed(), record.strides.reversed()) }
    record.requiresGrad = dtype != .int64 && chance(3)
    record.isParameter = record.requiresGrad && chance(2)
    if chance(4), let other = tensors.randomElement(using: &lottery),
      case .tensor(let tensor) = document[other],
      tensor.dtype == dtype, tensor.count > 0
    {
      // Another view of its storage.
      record.storage = tensor.storage
      (record.shape, record.strides, record.offset) = ([tensor.count / 2 + 1], [1], tensor.offset)
      if tensor.extent.map({ $0.count < tensor.count / 2 + 1 }) ?? true { record.shape = [1] }
    } else {
      let spare = chance(4) ? 3 : 0
      let bytes = (0..<(record.count + spare) * dtype.itemSize).map { _ in
        chance(2) ? 0 : UInt8.random(in: 0..<60, using: &lottery)
      }
      record.storage = document.add(
        Storage(name: "data/\(document.storages.count)", byteCount: bytes.count, bytes: .memory(bytes)))
      record.offset = record.count == 0 ? 0 : spare
    }
    let node = document.add(.tensor(record))
    tensors.append(node)
    return node
  }
}
