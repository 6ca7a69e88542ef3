// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// The `__metadata__` of a safetensors file that another program wrote: text by text, which a document holds as an
/// attribute of its root, so that edits see it and no conversion loses it silently.
enum FileMetadata {
  static let attribute: Text = "__metadata__"
}

extension Document {
  /// Makes `metadata` the attribute `__metadata__` of the root, a dict of text. Where the root is a `dict`, which has
  /// no attributes, it becomes an `OrderedDict`.
  mutating func attach(fileMetadata metadata: OrderedDictionary<Text, Text>) {
    if metadata.isEmpty { return }
    let entries = metadata.map { Mapping.Entry(key: add(.string($0.key)), value: add(.string($0.value))) }
    let value = add(.mapping(Mapping(kind: .dict, entries: entries)))
    let entry = Mapping.Entry(key: add(.string(FileMetadata.attribute)), value: value)
    func attributes(with old: NodeID?) -> Mapping {
      guard let old, case .mapping(var mapping) = self[old] else {
        return Mapping(kind: .dict, entries: [entry])
      }
      mapping.entries.append(entry)
      return mapping
    }
    switch self[root] {
    case .stateDict(var state):
      if state.kind == .dict { state.kind = .orderedDict }
      let mapping = attributes(with: state.attributes)
      state.attributes = add(.mapping(mapping))
      self[root] = .stateDict(state)
    case .mapping(var mapping) where mapping.kind != .counter:
      mapping.kind = .orderedDict
      let attributes = attributes(with: mapping.attributes)
      mapping.attributes = add(.mapping(attributes))
      self[root] = .mapping(mapping)
    default:
      // No place: a list, or one tensor alone, has no attributes.
      break
    }
  }

  /// Takes the attribute `__metadata__` off the root again.
  ///
  /// Throws `.unrepresentable` where an edit has put something other than text into it.
  mutating func takeFileMetadata() throws(CheckpointError) -> OrderedDictionary<Text, Text> {
    let attributes: NodeID?
    switch self[root] {
    case .stateDict(let state): attributes = state.attributes
    case .mapping(let mapping): attributes = mapping.attributes
    default: return [:]
    }
    guard let attributes, case .mapping(var mapping) = self[attributes] else { return [:] }
    let place = mapping.entries.firstIndex { entry in
      if case .string(FileMetadata.attribute) = self[entry.key], case .mapping = self[entry.value] {
        return true
      }
      return false
    }
    var found = Mapping(kind: .dict, entries: [])
    if let place, case .mapping(let there) = self[mapping.entries.remove(at: place).value] { found = there }
    var metadata: OrderedDictionary<Text, Text> = [:]
    for entry in found.entries {
      let path = ".\(FileMetadata.attribute)/" + ValuePath.escape(keyText(entry.key))
      guard case .string(let key) = self[entry.key], case .string(let value) = self[entry.value] else {
        throw CheckpointError(
          .unrepresentable, "the `__metadata__` of safetensors holds text alone, under text keys",
          at: .init(key: path), hint: "quote it: `set .__metadata__/KEY '\"text\"'`")
      }
      guard key.isWellFormed, value.isWellFormed else {
        throw CheckpointError(
          .unrepresentable, "its key or text has lone surrogates, which safetensors cannot hold",
          at: .init(key: path), hint: "`drop` it")
      }
      metadata[key] = value
    }
    let rest = mapping.entries.isEmpty ? nil : add(.mapping(mapping))
    switch self[root] {
    case .stateDict(var state):
      state.attributes = rest
      self[root] = .stateDict(state)
    case .mapping(var root):
      root.attributes = rest
      self[self.root] = .mapping(root)
    default: break
    }
    return metadata
  }
}
