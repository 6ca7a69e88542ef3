// SPDX-License-Identifier: Apache-2.0

/// How many bytes the tensors of a document have, by node: elements times item sizes, of a composite the sum over its
/// parts, which is found out once for all the paths that lead to it.
struct TensorSizes {
  private let document: Document
  private var composites: [NodeID: Int] = [:]

  init(_ document: Document) { self.document = document }

  /// Nil for what is no tensor.
  mutating func bytes(of id: NodeID) -> Int? {
    switch document[id] {
    case .tensor(let tensor): return tensor.byteCount
    case .composite(let composite):
      if let known = composites[id] { return known }
      let bytes = document.byteCount(of: composite)
      composites[id] = bytes
      return bytes
    default: return nil
    }
  }
}

extension SurgeryReport.Figures {
  /// Counts each path that leads to a tensor.
  ///
  /// - Throws: `limit` where something lies too deep to be counted.
  init(_ document: Document) throws(CheckpointError) {
    var sizes = TensorSizes(document)
    var walk = DocumentWalk(document)
    while let step = walk.next() {
      if case .enter(let id, _) = step, let bytes = sizes.bytes(of: id) { add(bytes) }
    }
    try walk.checkDepth()
  }

  mutating func add(_ bytes: Int) {
    tensors += 1
    self.bytes &+= bytes
  }
}
