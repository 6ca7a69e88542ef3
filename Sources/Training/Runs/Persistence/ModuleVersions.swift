// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
package import OrderedCollections

/// What `_metadata` of a state dict says: the modules in the order of their making, each with its version.
package struct ModuleVersions: Sendable, Equatable {
  package private(set) var versions: OrderedDictionary<String, Int> = [:]

  /// Modules of a state dict with these keys: batch normalisations are of version 2, all others of version 1.
  package init(_ modules: [String], keys: Set<String> = []) {
    for module in modules { versions[module] = keys.contains(module + ".running_mean") ? 2 : 1 }
  }

  /// The modules of a state dict with these keys: those that hold tensors, those above them, and of 3D-Speaker's
  /// self-supervised models (`module.backbone.`, an ECAPA-TDNN, and `module.head.`) also those without tensors.
  package init(keys: [String]) {
    let known = Set(keys)
    versions[""] = 1
    for key in keys {
      var path = ""
      for name in key.split(separator: ".").dropLast() {
        path += (path.isEmpty ? "" : ".") + name
        guard versions[path] == nil else { continue }
        add(before: path, known)
        versions[path] = known.contains(path + ".running_mean") ? 2 : 1
        add(after: path, known)
      }
    }
  }

  /// The modules of a bare backbone with these keys. RDINO's and SDPN's form of ECAPA-TDNN has an `instancenorm` first.
  package init(backbone keys: [String], _ front: FrontEnd) {
    let modules = ModuleVersions(keys: keys)
    versions[""] = 1
    if front == .mel { versions["instancenorm"] = 2 }
    for (module, version) in modules.versions where !module.isEmpty { versions[module] = version }
  }

  /// Modules without tensors that come before one.
  private mutating func add(before path: String, _ keys: Set<String>) {
    guard let dot = path.lastIndex(of: ".") else { return }
    let parent = path[..<dot]
    switch path[path.index(after: dot)...] {
    // `TDNNBlock`: `conv`, `activation`, `norm`, and the batch normalisation inside `norm`.
    case "norm" where keys.contains(path + ".norm.running_mean") && versions["\(parent).conv"] != nil:
      versions["\(parent).activation"] = 1
    case "conv2" where parent.hasSuffix(".se_block"): versions["\(parent).relu"] = 1
    case "conv" where parent.hasSuffix(".asp"): versions["\(parent).tanh"] = 1
    default: return
    }
  }

  /// Modules without tensors that come after one.
  private mutating func add(after path: String, _ keys: Set<String>) {
    switch path {
    case "module.backbone" where keys.contains("module.backbone.asp_bn.norm.weight"):
      versions["module.backbone.instancenorm"] = 2
    case "module.head.mlp.1": versions["module.head.mlp.2"] = 1
    case "module.head.mlp.4": versions["module.head.mlp.5"] = 1
    case _ where path.hasSuffix(".se_block.conv2.conv"):
      versions[path.dropLast("conv2.conv".count) + "sigmoid"] = 1
    default: return
    }
  }

  /// The entries of `_metadata`: `{'version': 1}` under each module's name.
  package func add(to document: inout Document) -> OrderedDictionary<Text, NodeID> {
    var metadata: OrderedDictionary<Text, NodeID> = [:]
    for (module, version) in versions {
      let entry = Mapping.Entry(
        key: document.add(.string("version")), value: document.add(.int(Int64(version))))
      metadata[Text(module)] = document.add(.mapping(Mapping(kind: .dict, entries: [entry])))
    }
    return metadata
  }
}
