// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A state dict of a checkpoint as loading sees it: keys, shapes, dtypes, module versions.
struct FileKeys: Sendable {
  struct Value: Sendable, Hashable {
    /// Nil for what is no tensor.
    var shape: [Int]?
    var dtype: DType?
    /// As Python calls it: `Tensor`, `int`, `numpy.ndarray`.
    var type: String
  }

  var path: Text
  var entries: OrderedDictionary<Text, Value> = [:]
  /// `_metadata`: module path -> version.
  var versions: [Text: Int64] = [:]

  init(_ state: StateDict, path: Text, in document: Document) {
    self.path = path
    for (key, node) in state.entries {
      if case .tensor(let tensor) = document[node] {
        entries[key] = Value(shape: tensor.shape, dtype: tensor.dtype, type: "Tensor")
      } else {
        entries[key] = Value(type: document.typeName(node))
      }
    }
    for (module, node) in state.metadata ?? [:] {
      guard let version = document.value(of: "version", in: node), case .int(let number) = document[version]
      else { continue }
      versions[module] = number
    }
  }

  /// Whether it holds any tensor.
  var holdsTensors: Bool { entries.values.contains { $0.shape != nil } }
}

extension Document {
  /// Every state dict that holds tensors, in order.
  func fileKeys() throws(CheckpointError) -> [FileKeys] {
    var found: [FileKeys] = []
    for site in try stateDictSites() {
      guard case .stateDict(let state) = self[site.node] else { continue }
      let keys = FileKeys(state, path: site.path, in: self)
      if keys.holdsTensors { found.append(keys) }
    }
    return found
  }
}
