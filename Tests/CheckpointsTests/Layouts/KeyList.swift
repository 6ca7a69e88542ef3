// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// A list of keys and shapes that upstream's class gave: `fixtures/golden/keys/<name>.tsv`.
struct KeyList {
  var entries: [(key: Text, shape: [Int], dtype: DType)]

  init(_ name: String) throws {
    let text = try Fixtures.text("golden/keys/\(name).tsv")
    entries = text.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: "\t")
      let shape = fields[2] == "scalar" ? [] : fields[2].split(separator: "x").compactMap { Int($0) }
      return (Text(fields[0]), shape, DType(rawValue: String(fields[1])) ?? .float32)
    }
    try #require(!entries.isEmpty)
  }

  var keys: [Text] { entries.map(\.key) }

  var shapes: [Text: [Int]] { Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.shape) }) }

  /// An `OrderedDict` of these keys and shapes, all of one small storage, each key after `prefix`.
  func state(prefix: Text = "", metadata: [Text]? = nil) -> KeyListState {
    KeyListState(prefixed: [(prefix, self)], metadata: metadata)
  }
}

/// State dicts of several key lists, put into documents.
struct KeyListState {
  var prefixed: [(prefix: Text, list: KeyList)]
  var metadata: [Text]?

  func add(to document: inout Document) -> NodeID {
    let storage = document.add(Storage(name: "data/0", byteCount: 0, bytes: .memory([])))
    var state = StateDict(kind: .orderedDict, entries: [:])
    for (prefix, list) in prefixed {
      for entry in list.entries {
        state.entries[prefix + entry.key] = document.add(
          .tensor(TensorRecord(dtype: entry.dtype, shape: entry.shape, storage: storage)))
      }
    }
    state.metadata = metadata.map { modules in
      var metadata: OrderedDictionary<Text, NodeID> = [:]
      for module in modules { metadata[module] = document.add(.mapping(Mapping(kind: .dict, entries: []))) }
      return metadata
    }
    return document.add(.stateDict(state))
  }

  /// The document that is this state dict.
  var document: Document {
    var document = Document(nodes: [])
    document.root = add(to: &document)
    return document
  }

  /// A dict of state dicts and other values.
  static func dict(
    _ states: KeyValuePairs<Text, KeyListState>, _ others: KeyValuePairs<Text, Sample> = [:]
  )
    -> Document
  {
    var builder = SampleBuilder()
    var entries: [Mapping.Entry] = []
    for (name, state) in states {
      entries.append(.init(key: builder.document.add(.string(name)), value: state.add(to: &builder.document)))
    }
    for (name, value) in others {
      entries.append(.init(key: builder.document.add(.string(name)), value: builder.add(value)))
    }
    builder.document.root = builder.document.add(.mapping(Mapping(kind: .dict, entries: entries)))
    return builder.document
  }
}
