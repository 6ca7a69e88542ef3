// SPDX-License-Identifier: Apache-2.0

/// A place in a document: the n-th child of a container.
package struct Edge: Hashable, Sendable {
  package var parent: NodeID
  package var index: Int
}

/// `DocumentWalk` with each node's place in its container.
package struct EdgeWalk {
  package struct Visit {
    package var node: NodeID
    /// Nil at the root.
    package var edge: Edge?
    /// How many containers are open around the node.
    package var depth: Int
    package var isRepeat: Bool
  }

  package enum Step {
    case enter(Visit)
    case leave(NodeID)
  }

  private var walk: DocumentWalk

  package init(_ document: Document) { walk = DocumentWalk(document) }

  /// - Throws: `.limit` where the walk has left something out.
  package func checkWhole() throws(CheckpointError) { try walk.checkWhole() }

  package mutating func path() throws(CheckpointError) -> Text { try walk.path() }

  package mutating func next() -> Step? {
    switch walk.next() {
    case nil: return nil
    case .leave(let node): return .leave(node)
    case .enter(let node, let isRepeat):
      return .enter(Visit(node: node, edge: walk.edge, depth: walk.depth, isRepeat: isRepeat))
    }
  }
}
