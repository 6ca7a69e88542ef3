// SPDX-License-Identifier: Apache-2.0

/// What a user should know of a document that becomes a `.npz`: what arrays alone do not keep.
struct NPZNotes {
  private let flat: FlatDocument
  /// Nodes that were numpy's, not PyTorch's.
  private let numpyValues: Set<NodeID>
  /// Paths under the type whose bits are written, in order of appearance.
  private var carried: [(from: DType, to: NPYType, paths: [Text])] = []

  init(_ flat: FlatDocument, _ numpyValues: Set<NodeID>) {
    self.flat = flat
    self.numpyValues = numpyValues
  }

  mutating func carries(_ entry: FlatDocument.Entry, as type: NPYType) {
    if let index = carried.firstIndex(where: { $0.from == entry.tensor.dtype }) {
      carried[index].paths.append(entry.path)
    } else {
      carried.append((entry.tensor.dtype, type, [entry.path]))
    }
  }

  var sentences: [String] {
    var sentences = carried.map {
      "\($0.to) holds the bits of \($0.from), no numbers: \(Prose.list($0.paths))"
    }
    let tied = tiedPaths
    if !tied.isEmpty { sentences.append("written out each, since npz has no ties: \(Prose.list(tied))") }
    if !flat.isBare, flat.entries.contains(where: { !$0.path.isEmpty }) {
      sentences.append("names are paths: read back, it is one flat dict")
    }
    let numpy = flat.entries.filter { numpyValues.contains($0.node) }.map(\.path)
    if !numpy.isEmpty { sentences.append("numpy's own, read back as tensors: \(Prose.list(numpy))") }
    if hasMetadata { sentences.append("`_metadata`, the versions of modules, stays behind") }
    if flat.entries.contains(where: { $0.tensor.isParameter || $0.tensor.requiresGrad }) {
      sentences.append("`requires_grad` and nn.Parameter stay behind")
    }
    return sentences
  }

  /// Paths of tensors that share a storage with one before them, or are one with it.
  private var tiedPaths: [Text] {
    var seen: Set<StorageID> = []
    return flat.entries.filter {
      $0.tensor.count > 0 && !seen.insert($0.tensor.storage).inserted
    }.map(\.path)
  }

  private var hasMetadata: Bool {
    let references = Reachable(flat.document).references
    return flat.document.nodes.indices.contains { index in
      guard references[index] > 0, case .stateDict(let state) = flat.document.nodes[index] else {
        return false
      }
      return state.metadata != nil
    }
  }
}
