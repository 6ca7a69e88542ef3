// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Where in a model something lies: nothing for its main graph, else the way there.
struct ONNXPlace {
  /// From the outside in. They are joined where a tensor is, not before each node.
  private var names: [Text] = []
  /// Bytes of the names joined.
  private(set) var length = 0
  /// Graphs within graphs.
  private(set) var depth = 0

  /// More graphs within each other are made by nobody; protobuf's own readers stop at 100 messages, three to a graph.
  static let deepest = 32

  func inside(_ name: Text) -> ONNXPlace {
    var place = self
    place.names.append(name)
    place.length += name.count + (names.isEmpty ? 0 : 1)
    return place
  }

  /// What a tensor at the place is called.
  var key: Text { names.joined(separator: "/") }

  /// The same place, a graph further in.
  func deeper(_ byte: Int) throws(CheckpointError) -> ONNXPlace {
    guard depth < Self.deepest else {
      throw CheckpointError(
        .limit, "graphs lie more than \(Self.deepest) deep within each other", at: .init(byte: byte))
    }
    var place = self
    place.depth += 1
    return place
  }
}

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
