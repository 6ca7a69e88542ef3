// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import OrderedCollections

/// State dicts as documents, ready to be written: an OrderedDict of plain tensors, as `torch.save(m.state_dict())`.
enum StateDictDocument {
  /// A backbone's state with the keys' order and `_metadata` of the file that it came from. Where tensors were drawn
  /// anew that the file did not have, the order is the network's own.
  static func backbone(_ entries: [StateEntry], like file: BackboneFile) -> Document {
    var document = Document(nodes: file.document.nodes, root: file.document.root)
    let byKey = Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0) })
    let known = file.keys.compactMap { byKey[$0] }
    let ordered = known.count == entries.count ? known : entries
    fill(&document, ordered, metadata: file.state.metadata)
    return document
  }

  /// A state with the `_metadata` that PyTorch writes for modules of version 1.
  static func make(_ entries: [StateEntry], modules: [String]) -> Document {
    var document = Document()
    var metadata: OrderedDictionary<String, NodeID> = [:]
    for module in modules {
      let entry = Mapping.Entry(key: document.add(.string("version")), value: document.add(.int(1)))
      metadata[module] = document.add(.mapping(Mapping(kind: .dict, entries: [entry])))
    }
    fill(&document, entries, metadata: metadata)
    return document
  }

  private static func fill(
    _ document: inout Document, _ entries: [StateEntry], metadata: OrderedDictionary<String, NodeID>?
  ) {
    var state: OrderedDictionary<String, NodeID> = [:]
    for entry in entries {
      state[entry.key] =
        switch entry.value {
        case .floats(let values): document.add(tensor: values, shape: entry.shape)
        case .counter(let value):
          document.add(
            tensor: (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }, .int64, shape: entry.shape)
        }
    }
    document.root = document.add(
      .stateDict(StateDict(kind: .orderedDict, entries: state, metadata: metadata)))
  }
}
