// SPDX-License-Identifier: Apache-2.0

/// `untie`: every tensor gets a storage of its own; values stay as they are.
public struct Untie: WordPass {
  package static let word = "untie"
  package static let usage = ""
  package static let summary: String? = "tied tensors get storages of their own"

  /// There is nothing to choose.
  public init() {}

  package init(arguments: [String]) throws(CheckpointError) {
    guard arguments.isEmpty else {
      throw CheckpointError(.wrongWords, "`untie` takes no words after it", hint: "`untie`")
    }
  }

  package var arguments: [Text] { [] }

  /// Copies no bytes: the new storages have the origin of the old one.
  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    var firstPaths = try Self.compositeStorages(document)
    var walk = EdgeWalk(document)
    var edges: Set<Edge> = []
    var found: [(edge: Edge, tensor: TensorRecord, path: Text)] = []
    while let step = walk.next() {
      guard case .enter(let visit) = step, case .tensor(let tensor) = document[visit.node],
        let edge = visit.edge,
        edges.insert(edge).inserted
      else { continue }
      let path = try walk.path()
      guard let first = firstPaths[tensor.storage] else {
        firstPaths[tensor.storage] = path
        continue
      }
      found.append((edge, tensor, path))
      report.changes.append(.init(.untied, from: path, to: path, detail: "shared the storage of `\(first)`"))
    }
    for (edge, tensor, _) in found {
      var copy = tensor
      copy.storage = document.add(document[tensor.storage])
      let node = document.add(.tensor(copy))
      document.place(node, at: edge)
    }
    if found.isEmpty { report.notes.append("no tensors share a storage") }
  }

  /// The storages of composite tensors' parts, which stay with them: what shares one gets its own.
  private static func compositeStorages(_ document: Document) throws(CheckpointError) -> [StorageID: Text] {
    var paths: [StorageID: Text] = [:]
    var seen: Set<NodeID> = []
    var walk = DocumentWalk(document)
    while let step = walk.next() {
      guard case .enter(let node, _) = step, case .composite(let composite) = document[node],
        seen.insert(node).inserted
      else { continue }
      let path = try walk.path()
      for tensor in document.tensors(of: composite) where paths[tensor.storage] == nil {
        paths[tensor.storage] = path
      }
    }
    return paths
  }
}

extension Pass where Self == Untie {
  /// Gives every tensor a storage of its own.
  public static var untie: Self { Untie() }
}

extension Document {
  /// Puts another node at a place; an object's argument tuple counts as its place too.
  mutating func place(_ node: NodeID, at edge: Edge) {
    put(node, in: slots(of: edge.parent)[edge.index], of: edge.parent)
  }
}
