// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension StateDict {
  /// How `_metadata` follows.
  enum MetadataRule {
    /// As `MetadataMap` says: for passes that select keys.
    case followTensors
    /// Module paths are mapped as they stand: for passes that change a prefix.
    case mapped((Text) -> Text?)
  }

  /// What `rekey` did.
  struct Rekeyed {
    /// Keys whose name changed or that went, in order.
    var changes: [(key: Text, newKey: Text?)] = []
    /// Things to note: a module that became a dict.
    var notes: [String] = []
  }

  /// Renames or drops keys, each staying in its place, and lets `_metadata` follow. Throws `collision` when
  /// two keys would get one name.
  mutating func rekey(
    at site: Document.StateDictSite, _ rule: MetadataRule, _ newKey: (Text) -> Text?
  ) throws(CheckpointError) -> Rekeyed {
    var result = Rekeyed()
    var all: [(key: Text, newKey: Text?)] = []
    all.reserveCapacity(entries.count)
    var renamed: OrderedDictionary<Text, NodeID> = [:]
    renamed.reserveCapacity(entries.count)
    var origins: [Text: Text] = [:]
    for (key, node) in entries {
      let new = newKey(key)
      all.append((key, new))
      if new != key { result.changes.append((key, new)) }
      guard let new else { continue }
      if let other = origins.updateValue(key, forKey: new) {
        throw CheckpointError(
          .collision, "`\(other)` and `\(key)` would both become `\(new)`",
          at: .init(key: site.path(of: new)),
          hint: "drop or rename one of them first: `drop \(ShellWords.safe(ValuePath.escape(other)))`")
      }
      renamed[new] = node
    }
    guard !result.changes.isEmpty else { return result }
    entries = renamed
    try move(metadata, rule, all)
    result.notes += becomeDict(at: site)
    return result
  }

  /// A whole pickled module becomes the dict that it was seen through. Gives what to note, if it was one.
  mutating func becomeDict(at site: Document.StateDictSite) -> [String] {
    guard case .module(let name) = kind else { return [] }
    kind = .orderedDict
    original = nil
    attributes = nil
    return ["\(site.name) was a whole \(name) object; it is now an OrderedDict of its state_dict()"]
  }

  private mutating func move(
    _ old: OrderedDictionary<Text, NodeID>?, _ rule: MetadataRule,
    _ changes: [(key: Text, newKey: Text?)]
  ) throws(CheckpointError) {
    guard let old else { return }
    let newPath: (Text) -> Text?
    switch rule {
    case .mapped(let map): newPath = map
    case .followTensors:
      let map = MetadataMap(changes)
      newPath = { map.newPath(of: $0) }
    }
    var moved: OrderedDictionary<Text, NodeID> = [:]
    for (module, version) in old {
      // Of two modules that meet in one path the outer one, which comes first, keeps it.
      guard let path = newPath(module), moved[path] == nil else { continue }
      moved[path] = version
    }
    metadata = moved
  }
}
