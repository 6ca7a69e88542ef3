// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// What becomes of the module paths in `_metadata` when the keys of a state dict change.
///
/// A module follows its tensors if they agree on one new prefix. Where they do not, it stays as long as
/// tensors lie below it. A module without tensors (an `InstanceNorm1d`) follows its nearest ancestor that has
/// any. A module whose tensors all went goes.
struct MetadataMap {
  struct Fate {
    var hasTensors = false
    /// The one new prefix, with its dot, of the tensors that stay; nil before the first.
    var prefix: Text?
    var disagrees = false
  }

  private var fates: [Text: Fate] = [:]
  private var newModules: Set<Text> = []

  /// Old keys, each with its new name, or nil where it goes.
  init(_ changes: [(key: Text, newKey: Text?)]) {
    for change in changes {
      Self.forEachModule(of: change.key) { module, rest in
        fates[module, default: Fate()].note(newKey: change.newKey, below: rest)
      }
      if let newKey = change.newKey {
        Self.forEachModule(of: newKey) { module, _ in newModules.insert(module) }
      }
    }
  }

  /// The new path of a module, or nil where it goes.
  func newPath(of module: Text) -> Text? {
    if let fate = fates[module] { return own(module, fate) }
    var ancestor = module
    while !ancestor.isEmpty {
      ancestor = ancestor.lastIndex(of: ".").map { ancestor[0..<$0] } ?? ""
      guard let fate = fates[ancestor] else { continue }
      guard let path = own(ancestor, fate) else { return nil }
      let rest = ancestor.isEmpty ? module : module.dropFirst(ancestor.count + 1)
      return path.isEmpty ? rest : path + "." + rest
    }
    // No tensor anywhere above or below: an empty state dict keeps what it has.
    return module
  }

  private func own(_ module: Text, _ fate: Fate) -> Text? {
    if !fate.disagrees, let prefix = fate.prefix { return prefix.dropLast() }
    return newModules.contains(module) ? module : nil
  }

  /// Every module path that a key lies below, `""` first, with the rest of the key.
  private static func forEachModule(of key: Text, _ body: (Text, Text) -> Void) {
    body("", key)
    for dot in key.places(of: ".") { body(key[0..<dot], key.dropFirst(dot + 1)) }
  }
}

extension MetadataMap.Fate {
  mutating func note(newKey: Text?, below rest: Text) {
    hasTensors = true
    guard let newKey else { return }
    guard newKey.hasSuffix(rest) else {
      disagrees = true
      return
    }
    let head = newKey.dropLast(rest.count)
    guard head.isEmpty || head.hasSuffix("."), prefix == nil || prefix == head else {
      disagrees = true
      return
    }
    prefix = head
  }
}
