// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Nests values by their paths, as `set_element` of `torch.distributed.checkpoint._nested_dict` does: text is a key of a
/// dict, an integer a place in a list, and places that nothing fills are None.
struct NestedValues {
  private enum Value {
    case leaf(NodeID)
    case container(Int)
  }

  private enum Container {
    case dict(OrderedDictionary<Text, Value>)
    case list([Value?])
  }

  /// The largest place in a list.
  private static let largestIndex = 1 << 20
  /// Steps that a path may have: what PyTorch writes comes from Python's recursion, which ends sooner.
  static let longestPath = 1000
  /// Places of lists that nothing fills.
  private var emptyLeft = 1 << 20

  /// A container stands behind the one that holds it.
  private var containers: [Container] = [.dict([:])]

  mutating func set(_ path: [DistributedMetadata.Step], to leaf: NodeID) throws(CheckpointError) {
    var place = 0
    for (step, next) in zip(path, path.dropFirst()) {
      switch try value(at: step, in: place) {
      case .container(let inner): place = inner
      case .leaf: throw Self.conflict()
      case nil:
        if case .key = next { containers.append(.dict([:])) } else { containers.append(.list([])) }
        try put(.container(containers.count - 1), at: step, in: place)
        place = containers.count - 1
      }
    }
    guard let last = path.last, try value(at: last, in: place) == nil else { throw Self.conflict() }
    try put(.leaf(leaf), at: last, in: place)
  }

  private static func conflict() -> CheckpointError {
    CheckpointError(.corrupt, "its path in `planner_data` is taken by another item, or goes through one")
  }

  private func value(at step: DistributedMetadata.Step, in place: Int) throws(CheckpointError) -> Value? {
    switch (containers[place], step) {
    case (.dict(let entries), .key(let key)): return entries[key]
    case (.list(let items), .index(let index)): return index < items.count ? items[index] : nil
    default: throw Self.conflict()
    }
  }

  private mutating func put(
    _ value: Value, at step: DistributedMetadata.Step, in place: Int
  ) throws(CheckpointError) {
    // Taken out first, so that a long container is not copied each time.
    let container = containers[place]
    containers[place] = .list([])
    switch (container, step) {
    case (.dict(var entries), .key(let key)):
      entries[key] = value
      containers[place] = .dict(entries)
    case (.list(var items), .index(let index)):
      guard index <= Self.largestIndex else {
        throw CheckpointError(
          .limit, "its path asks for place \(index) of a list; \(Self.largestIndex) is the last that is read")
      }
      emptyLeft -= max(0, index - items.count)
      guard emptyLeft >= 0 else {
        throw CheckpointError(
          .limit, "the paths of its items leave more than \(1 << 20) places of lists empty")
      }
      while items.count <= index { items.append(nil) }
      items[index] = value
      containers[place] = .list(items)
    default: throw Self.conflict()
    }
  }

  /// Makes the nodes and gives the root.
  func build(in document: inout Document) -> NodeID {
    var built = [NodeID](repeating: document.root, count: containers.count)
    func node(_ value: Value?) -> NodeID {
      switch value {
      case .leaf(let node): node
      case .container(let place): built[place]
      case nil: document.add(.none)
      }
    }
    for place in containers.indices.reversed() {
      switch containers[place] {
      case .dict(let entries):
        let entries = entries.map {
          Mapping.Entry(key: document.add(.string($0.key)), value: node($0.value))
        }
        built[place] = document.add(.mapping(Mapping(kind: .dict, entries: entries)))
      case .list(let items):
        let items = items.map { node($0) }
        built[place] = document.add(.list(items))
      }
    }
    return built[0]
  }
}
