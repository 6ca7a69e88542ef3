// SPDX-License-Identifier: Apache-2.0

/// A document as formats see it that hold named arrays and nothing else: every tensor under a name, and the leaves
/// that are no tensors.
///
/// The names of a bare state dict are its keys as they stand. In any other document they are the paths.
struct FlatDocument {
  struct Entry {
    var name: Text
    /// The path, as messages have it.
    var path: Text
    var node: NodeID
    var tensor: TensorRecord
  }

  struct Value {
    var path: Text
    var node: NodeID
  }

  let document: Document
  /// In the document's order; a tensor that two names lead to stands under both.
  private(set) var entries: [Entry] = []
  /// Leaves, empty containers and opaque objects, `_metadata` left aside.
  private(set) var values: [Value] = []
  /// Whether the document is a bare state dict.
  let isBare: Bool

  /// Throws `.unrepresentable` for sparse, quantized and other composite tensors.
  init(_ document: Document) throws(CheckpointError) {
    self.document = document
    if case .stateDict = document[document.root] { isBare = true } else { isBare = false }
    var walk = DocumentWalk(document)
    while let step = walk.next() {
      guard case .enter(let node, let isRepeat) = step else { continue }
      switch document[node] {
      case .tensor(let tensor):
        let path = try walk.path()
        let name = isBare && walk.depth == 1 ? ValuePath.unescape(path) : path
        entries.append(Entry(name: name, path: path, node: node, tensor: tensor))
      case .composite(let composite):
        throw CheckpointError(
          .unrepresentable,
          "\(document.describe(composite)) is no plain array, and the format holds nothing else",
          at: .init(key: try walk.path()),
          hint: "torch holds it; "
            + (composite.bare == nil ? "" : "`plain` takes off class and attributes; ") + "or `drop` it")
      case .object(let object) where !document.isPlain(object):
        values.append(Value(path: try walk.path(), node: node))
      default:
        guard isRepeat || document.isLeaf(node), node != document.root else { continue }
        values.append(Value(path: try walk.path(), node: node))
      }
    }
    try walk.checkWhole()
  }
}
