// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

@testable import Checkpoints

/// A training checkpoint as RDINO's, in memory: a student of these keys and an SGD optimizer without state.
enum RDINOSample {
  static func document(_ student: KeyList) -> Document {
    var builder = SampleBuilder()
    let model = builder.add(.dict([:]))
    var entries: OrderedDictionary<Text, NodeID> = [:]
    let storage = builder.document.add(Storage(name: "data/0", byteCount: 0, bytes: .memory([])))
    for (key, shape, dtype) in student.entries {
      entries[key] = builder.document.add(
        .tensor(TensorRecord(dtype: dtype, shape: shape, offset: entries.count, storage: storage)))
    }
    builder.document[model] = .stateDict(StateDict(kind: .orderedDict, entries: entries))
    let groups = [0..<43, 43..<151].map { range in
      Sample.dict(["lr": .float(0.1), "params": .list(range.map { .int(Int64($0)) })])
    }
    let optimizer = builder.add(.dict(["state": .dict([:]), "param_groups": .list(groups)]))
    let root = Mapping(
      kind: .dict,
      entries: [("student", model), ("optimizer", optimizer)].map {
        Mapping.Entry(key: builder.document.add(.string($0.0)), value: $0.1)
      })
    builder.document.root = builder.document.add(.mapping(root))
    return builder.document
  }
}
