// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// The tensors of a model, each under a key of its own, within bounds.
struct ONNXTensors {
  private(set) var all: OrderedDictionary<Text, ONNXTensor> = [:]
  /// How often a way led to a key that was taken.
  private var copies: [Text: Int] = [:]
  private var countLeft = 0
  private var bytesLeft = 0

  init() {}

  /// Each name takes memory, and the way to it stands before each: their sum is bounded by what structure may unpack to.
  init(limits: StructureLimits, size: Int) {
    countLeft = limits.items(0)
    bytesLeft = limits.trustsSizes ? Int.max : limits.unpacked(size)
  }

  subscript(key: Text) -> ONNXTensor? { all[key] }

  /// A name in the main graph may look as the way to another: then that has a number behind it.
  mutating func add(_ tensor: ONNXTensor, at place: ONNXPlace) throws(CheckpointError) {
    countLeft -= 1
    bytesLeft -= min(bytesLeft, place.length)
    guard countLeft >= 0, bytesLeft > 0 else {
      throw CheckpointError(
        .limit, "it has more tensors, or longer names of them, than a model has",
        at: .init(byte: tensor.byte),
        hint: StructureLimits.hint)
    }
    let own = place.key
    var key = own
    while all[key] != nil {
      let count = (copies[own] ?? 1) + 1
      copies[own] = count
      key = own + "#" + Text(count)
    }
    all[key] = tensor
  }
}
