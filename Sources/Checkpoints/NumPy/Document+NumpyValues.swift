// SPDX-License-Identifier: Apache-2.0

extension Document {
  /// The document with a tensor in place of each numpy array or scalar that a `.npy` file can hold, and the nodes of
  /// these: their bits need no other place.
  func numpyValuesAsTensors() -> (document: Document, nodes: Set<NodeID>) {
    var document = self
    var nodes: Set<NodeID> = []
    for (index, node) in self.nodes.enumerated() {
      guard case .numpy(let value) = node, let type = NPYType(rawValue: value.typeName) else { continue }
      let shape = value.shape ?? []
      let header = NPYHeader(
        type: type, bigEndian: value.isBigEndian, fortranOrder: value.isFortranOrder, shape: shape)
      guard header.byteCount == value.bytes.count else { continue }
      let content = NPYContent(header, .memory(value.bytes))
      let tensor = content.add(to: &document, name: "numpy")
      document[NodeID(index)] = document[tensor]
      nodes.insert(NodeID(index))
    }
    return (document, nodes)
  }
}
