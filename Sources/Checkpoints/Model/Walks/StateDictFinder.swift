// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Tells which mappings are state dicts.
///
/// A state dict is a `dict` or `OrderedDict` whose keys are all text, and that either carries `_metadata` or holds at
/// least one tensor and no container. An optimizer's per-parameter entries (`{'momentum_buffer': ...}` under `state`,
/// beside `param_groups`) look the same and are none: their keys are not a model's.
enum StateDictFinder {
  static func run(on document: inout Document) {
    let excluded = optimizerEntries(document)
    // Thousands of dicts may have one dict of attributes, which is then read once.
    var known = KnownAttributes(modulesLeft: document.nodes.count + 1 << 20)
    for index in document.nodes.indices where !excluded.contains(index) {
      guard case .mapping(let mapping) = document.nodes[index],
        let found = stateDict(mapping, document, &known)
      else {
        continue
      }
      var state = found.state
      if !found.others.isEmpty {
        if let shared = found.sharedOthers {
          state.attributes = shared
        } else {
          let others = document.add(.mapping(Mapping(kind: .dict, entries: found.others)))
          state.attributes = others
          if let attributes = mapping.attributes, found.others.count > 64 {
            known.all[attributes]??.othersNode = others
          }
        }
      }
      document.nodes[index] = .stateDict(state)
    }
  }

  private static func optimizerEntries(_ document: Document) -> Set<Int> {
    var excluded: Set<Int> = []
    var states: Set<NodeID> = []
    for case .mapping(let mapping) in document.nodes {
      guard let state = mapping.value(of: "state", in: document),
        mapping.value(of: "param_groups", in: document) != nil,
        case .mapping(let entries) = document[state], states.insert(state).inserted
      else { continue }
      for entry in entries.entries { excluded.insert(Int(entry.value.index)) }
    }
    return excluded
  }

  private static func stateDict(
    _ mapping: Mapping, _ document: Document, _ known: inout KnownAttributes
  ) -> (state: StateDict, others: [Mapping.Entry], sharedOthers: NodeID?)? {
    guard mapping.kind != .counter else { return nil }
    var attributes: Attributes?
    if let id = mapping.attributes {
      if let earlier = known.all[id] {
        attributes = earlier
        // It would be written, and compared, for each of them: from here on they share it as what it is.
        known.modulesLeft -= earlier?.metadata?.count ?? 0
        guard known.modulesLeft >= 0 else { return nil }
      } else {
        attributes = Attributes(id, document)
        known.all[id] = .some(attributes)
      }
    }
    if attributes?.metadata == nil {
      guard attributes?.isFileMetadata ?? (mapping.attributes == nil), holdsTensorsAlone(mapping, document)
      else { return nil }
    }
    var entries: OrderedDictionary<Text, NodeID> = [:]
    entries.reserveCapacity(mapping.entries.count)
    for entry in mapping.entries {
      guard case .string(let key) = document[entry.key] else { return nil }
      entries[key] = entry.value
    }
    let kind: StateDict.Kind = mapping.kind == .dict ? .dict : .orderedDict
    return (
      StateDict(kind: kind, entries: entries, metadata: attributes?.metadata), attributes?.others ?? [],
      attributes?.othersNode
    )
  }

  private static func holdsTensorsAlone(_ mapping: Mapping, _ document: Document) -> Bool {
    var tensors = 0
    for entry in mapping.entries {
      switch document[entry.value] {
      case .tensor, .composite: tensors += 1
      case .none, .bool, .int, .long, .float, .string, .numpy: break
      default: return false
      }
    }
    return tensors > 0
  }

  private struct KnownAttributes {
    var all: [NodeID: Attributes?] = [:]
    /// Modules that dicts which share their `_metadata` may yet have in all.
    var modulesLeft: Int
  }

  /// The `__dict__` that BUILD gave an OrderedDict.
  private struct Attributes {
    var metadata: OrderedDictionary<Text, NodeID>?
    var others: [Mapping.Entry] = []
    /// The node that holds `others`, where they are many and one was made.
    var othersNode: NodeID?
    /// Whether there is nothing but the `__metadata__` of a safetensors file.
    var isFileMetadata = false

    init?(_ id: NodeID, _ document: Document) {
      guard case .mapping(let mapping) = document[id] else { return nil }
      for entry in mapping.entries {
        guard case .string("_metadata") = document[entry.key],
          case .mapping(let modules) = document[entry.value],
          let metadata = Self.modules(modules, document)
        else {
          others.append(entry)
          continue
        }
        self.metadata = metadata
      }
      if others.count == 1, metadata == nil, let first = others.first,
        case .string(FileMetadata.attribute) = document[first.key]
      {
        isFileMetadata = true
      }
    }

    private static func modules(_ mapping: Mapping, _ document: Document) -> OrderedDictionary<
      Text, NodeID
    >? {
      var modules: OrderedDictionary<Text, NodeID> = [:]
      for entry in mapping.entries {
        guard case .string(let path) = document[entry.key] else { return nil }
        modules[path] = entry.value
      }
      return modules
    }
  }
}

extension Mapping {
  /// The value under a text key.
  package func value(of key: Text, in document: Document) -> NodeID? {
    for entry in entries {
      if case .string(key) = document[entry.key] { return entry.value }
    }
    return nil
  }
}
