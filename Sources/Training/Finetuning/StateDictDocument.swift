// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// State dicts as documents, ready to be written: an OrderedDict of plain tensors, as `torch.save(m.state_dict())`.
enum StateDictDocument {
  /// A backbone's state with the keys' order and `_metadata` of the file that it came from. Where tensors were drawn
  /// anew that the file did not have, the order is the network's own.
  static func backbone(_ entries: [StateEntry], like file: BackboneFile) -> Document {
    var document = Document(nodes: file.document.nodes, root: file.document.root)
    let byKey = Dictionary(uniqueKeysWithValues: entries.map { (Text($0.key), $0) })
    let known = file.keys.compactMap { byKey[$0] }
    let ordered = known.count == entries.count ? known : entries
    document.root = document.add(state: ordered, metadata: file.state.metadata)
    return document
  }

  /// A state with the `_metadata` that PyTorch writes for modules that are of version 2 where they have running
  /// statistics, else of version 1.
  static func make(_ entries: [StateEntry], modules: [String]) -> Document {
    var document = Document()
    let metadata = ModuleVersions(modules, keys: Set(entries.map(\.key))).add(to: &document)
    document.root = document.add(state: entries, metadata: metadata)
    return document
  }
}
