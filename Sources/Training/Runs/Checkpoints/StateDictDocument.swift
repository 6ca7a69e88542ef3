// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import OrderedCollections

/// State dicts as documents, ready to be written: an OrderedDict of plain tensors, as `torch.save(m.state_dict())`.
package enum StateDictDocument {
  /// A backbone's state with the keys' order and `_metadata` of the file that it came from. Where tensors were drawn
  /// anew that the file did not have, or there is no file, order and `_metadata` are the network's own.
  static func backbone(_ entries: [StateEntry], like start: FinetuneStart) -> Document {
    let own = ModuleVersions(backbone: entries.map(\.key), start.front)
    guard let file = start.file else {
      var document = Document()
      let metadata = own.add(to: &document)
      document.root = document.add(state: entries, metadata: metadata)
      return document
    }
    var document = Document(nodes: file.document.nodes, root: file.document.root)
    let byKey = Dictionary(uniqueKeysWithValues: entries.map { (Text($0.key), $0) })
    let known = file.keys.compactMap { byKey[$0] }
    var told = file.state.metadata
    // The module tells the two forms of ECAPA-TDNN apart.
    if start.choice.isTurned { told?.removeValue(forKey: "instancenorm") }
    guard known.count != entries.count else {
      document.root = document.add(state: known, metadata: told)
      return document
    }
    let metadata = told.map { old in
      // What the file says of a module stands; modules that came back take their place among them.
      var all = own.add(to: &document)
      for (module, node) in old { all[module] = node }
      return all
    }
    document.root = document.add(state: entries, metadata: metadata)
    return document
  }

  /// A state with the `_metadata` that PyTorch writes for modules that are of version 2 where they have running
  /// statistics, else of version 1.
  package static func make(_ entries: [StateEntry], modules: [String]) -> Document {
    var document = Document()
    let metadata = ModuleVersions(modules, keys: Set(entries.map(\.key))).add(to: &document)
    document.root = document.add(state: entries, metadata: metadata)
    return document
  }
}
