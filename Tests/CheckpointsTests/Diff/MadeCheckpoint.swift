// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

@testable import Checkpoints

/// A small training file that a test edits and compares: a backbone with blocks and a norm, a classifier, momenta, an
/// epoch. Its numbers have all the digits of a float32.
struct MadeCheckpoint {
  var weights: OrderedDictionary<Text, [Float]> = [:]
  var batches: Int64 = 100
  var momenta: [[Float]] = []
  var epoch: Int64 = 3
  /// Of the weights; momenta stay.
  var dtype = DType.float32
  var gone: Set<Text> = []

  static let statistics: [Text] = ["backbone.norm.running_mean", "backbone.norm.running_var"]

  init() {
    for block in 0..<6 { weights["backbone.blocks.\(block).weight"] = Self.numbers(16, from: 1 + block) }
    weights["backbone.norm.weight"] = Self.numbers(8, from: 20)
    for (index, name) in Self.statistics.enumerated() { weights[name] = Self.numbers(8, from: 30 + index) }
    weights["backbone.fc.weight"] = Self.numbers(12, from: 40)
    weights["classifier.weight"] = Self.numbers(24, from: 50)
    momenta = [Self.numbers(16, from: 60), Self.numbers(16, from: 61)]
  }

  /// Between 0.1 and 1 in magnitude, of both signs, no two alike.
  static func numbers(_ count: Int, from seed: Int) -> [Float] {
    (0..<count).map { index in
      let part = Float((seed * 7919 + index * 104_729) % 9973) / 9973
      return (index % 3 == 0 ? -1 : 1) * (0.1 + 0.9 * part)
    }
  }

  /// Moves every number of some tensors by a share of itself, up and down in turn, so that no factor does it.
  mutating func move(_ share: Float, where isMoved: (Text) -> Bool) {
    for (key, values) in weights where isMoved(key) { weights[key] = Self.moved(values, share) }
  }

  static func moved(_ values: [Float], _ share: Float) -> [Float] {
    values.enumerated().map { $1 * (1 + ($0 % 2 == 0 ? share : -share)) }
  }

  mutating func map(_ change: (Float) -> Float, where isMoved: (Text) -> Bool = { _ in true }) {
    for (key, values) in weights where isMoved(key) { weights[key] = values.map(change) }
  }

  mutating func rename(_ old: Text, _ new: Text) {
    weights = OrderedDictionary(
      uniqueKeysWithValues: weights.map { ($0.key.replacing(old, with: new), $0.value) })
  }

  var document: Document {
    var builder = SampleBuilder()
    var state = StateDict(kind: .orderedDict, entries: [:])
    for (key, values) in weights where !gone.contains(key) {
      state.entries[key] = Self.add(Self.bytes(values, dtype), [values.count], dtype, to: &builder.document)
    }
    state.entries["backbone.norm.num_batches_tracked"] = Self.add(
      (0..<8).map { UInt8(truncatingIfNeeded: batches >> (8 * $0)) }, [], .int64, to: &builder.document)
    let model = builder.document.add(.stateDict(state))
    let root = builder.add(
      .dict([
        "model": .none,
        "optimizer": .dict([
          "state": .dict([:]), "param_groups": .list([.dict(["params": .list([.int(0), .int(1)])])]),
        ]),
        "epoch": .int(epoch),
      ]))
    builder.document.root = root
    var entries: [Mapping.Entry] = []
    for (index, values) in momenta.enumerated() {
      let tensor = Self.add(Self.bytes(values, .float32), [values.count], .float32, to: &builder.document)
      let name = builder.document.add(.string("momentum_buffer"))
      let one = builder.document.add(
        .mapping(Mapping(kind: .dict, entries: [.init(key: name, value: tensor)])))
      entries.append(.init(key: builder.document.add(.int(Int64(index))), value: one))
    }
    let states = builder.document.add(.mapping(Mapping(kind: .dict, entries: entries)))
    return Self.put(model, states, into: builder.document)
  }

  private static func put(_ model: NodeID, _ states: NodeID, into document: Document) -> Document {
    var document = document
    guard case .mapping(var top) = document[document.root],
      case .mapping(var optimizer) = document[top.entries[1].value]
    else { return document }
    optimizer.entries[0].value = states
    document[top.entries[1].value] = .mapping(optimizer)
    top.entries[0].value = model
    document[document.root] = .mapping(top)
    return document
  }

  private static func bytes(_ values: [Float], _ dtype: DType) -> [UInt8] {
    var numbers = values.map(Double.init)
    var bytes = [UInt8](repeating: 0, count: values.count * dtype.itemSize)
    FloatingPointCodec.encode(&numbers, count: values.count, into: &bytes, at: 0, dtype)
    return bytes
  }

  private static func add(_ bytes: [UInt8], _ shape: [Int], _ dtype: DType, to document: inout Document)
    -> NodeID
  {
    let name: Text = "data/\(document.storages.count)"
    let storage = document.add(Storage(name: name, byteCount: bytes.count, bytes: .memory(bytes)))
    return document.add(.tensor(TensorRecord(dtype: dtype, shape: shape, storage: storage)))
  }
}
