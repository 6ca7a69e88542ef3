// SPDX-License-Identifier: Apache-2.0

extension Document {
  /// The document with a tensor in place of each numpy array or scalar that a `.npy` file can hold, and the nodes of
  /// these: their bits need no other place.
  func numpyValuesAsTensors() -> (document: Document, nodes: Set<NodeID>) {
    var document = self
    var nodes: Set<NodeID> = []
    document.keepKeys()
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

  /// Gives keys that are numpy's nodes of their own, which stay as they are.
  private mutating func keepKeys() {
    for index in nodes.indices {
      guard case .mapping(var mapping) = nodes[index] else { continue }
      let numbers = mapping.entries.indices.filter {
        if case .numpy = self[mapping.entries[$0].key] { true } else { false }
      }
      if numbers.isEmpty { continue }
      for place in numbers { mapping.entries[place].key = add(self[mapping.entries[place].key]) }
      nodes[index] = .mapping(mapping)
    }
  }
}
