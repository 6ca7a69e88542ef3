// SPDX-License-Identifier: Apache-2.0

extension Selection {
  typealias Tensor = (node: NodeID, path: Text, tensor: TensorRecord)

  /// Every tensor that is selected, or lies in what is, each once, with the first path that leads to it.
  func tensors(of document: Document) throws(CheckpointError) -> [Tensor] {
    var found: [Tensor] = []
    var seen: Set<NodeID> = []
    var walk = EdgeWalk(document)
    var selectedDepth: Int?
    while let step = walk.next() {
      guard case .enter(let visit) = step else { continue }
      if let depth = selectedDepth, visit.depth <= depth { selectedDepth = nil }
      if selectedDepth == nil, let edge = visit.edge, edges.contains(edge) { selectedDepth = visit.depth }
      guard selectedDepth != nil, case .tensor(let tensor) = document[visit.node],
        seen.insert(visit.node).inserted
      else { continue }
      found.append((visit.node, try walk.path(), tensor))
    }
    return found
  }
}
