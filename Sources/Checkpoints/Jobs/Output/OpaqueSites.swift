// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// The places of a document where something stands that PyTorch does not load by default, the topmost of each.
struct OpaqueSites {
  /// Their paths, in the document's order. The root's is empty.
  private(set) var paths: [Text] = []

  init(_ document: Document) throws(CheckpointError) {
    self.document = document
    leadsToUnknown = document.leading {
      switch document[$0] {
      case .global(let name): !KnownGlobals.contains(name)
      case .numpy, .frozenset: true
      case .stateDict(let state): state.kind.isModule
      default: false
      }
    } through: {
      document.parts(of: $0)
    }
    try find()
  }

  private let document: Document
  /// By node.
  private let leadsToUnknown: [Bool]
  private var seenKeys: Set<NodeID> = []

  private mutating func find() throws(CheckpointError) {
    var walk = DocumentWalk(document)
    var seen: Set<NodeID> = []
    var outer: NodeID?
    while let step = walk.next() {
      switch step {
      case .leave(let node): if node == outer { outer = nil }
      case .enter(let node, let isRepeat):
        guard outer == nil else { continue }
        if isOpaque(node) {
          paths.append(try walk.path())
          if !isRepeat, !document.isLeaf(node) { outer = node }
          continue
        }
        guard seen.insert(node).inserted else { continue }
        for name in opaqueEntries(of: node) {
          let path = try walk.path()
          paths.append(path.isEmpty ? name : path + "/" + name)
        }
      }
    }
  }

  private func isOpaque(_ node: NodeID) -> Bool {
    switch document[node] {
    case .global(let name): return !KnownGlobals.contains(name)
    case .numpy: return true
    case .stateDict(let state): return state.kind.isModule
    case .composite: return needsUnknownGlobals(node)
    case .object(let object):
      guard case .global(let name) = document[object.callee], KnownGlobals.contains(name) else { return true }
      return document.plainValue(object) == nil && needsUnknownGlobals(node)
    // Of Python's own containers PyTorch's unpickler knows no frozenset.
    case .frozenset: return true
    default: return false
    }
  }

  /// Keys that are opaque or hold something opaque, each as the entry that it names, and modules of `_metadata`.
  private mutating func opaqueEntries(of node: NodeID) -> [Text] {
    var names: [Text] = []
    for key in document.keys(of: node) {
      if document.keyParts(of: key, but: &seenKeys).contains(where: { isOpaque($0) }) {
        names.append(ValuePath.escape(document.keyText(key)))
      }
    }
    guard case .stateDict(let state) = document[node], let metadata = state.metadata else { return names }
    for (module, value) in metadata where needsUnknownGlobals(value) {
      names.append("._metadata/" + ValuePath.escape(module))
    }
    return names
  }

  private func needsUnknownGlobals(_ node: NodeID) -> Bool { leadsToUnknown[Int(node.index)] }
}
