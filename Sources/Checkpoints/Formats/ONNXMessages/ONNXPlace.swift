// SPDX-License-Identifier: Apache-2.0

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
