// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import OrderedCollections

/// The tensors of a state dict in a document as a network's first values, each read when it is asked for.
package struct StateDictParameters: ParameterSource {
  private let document: Document
  private let state: StateDict
  /// What the state dict is called in its file: stands before keys in errors.
  package let name: String

  /// - Throws: `misfit` where there is no state dict under `name` in the root.
  package init(_ document: Document, _ name: String) throws(CheckpointError) {
    guard let node = document.value(of: Text(name), in: document.root) else {
      throw CheckpointError(.misfit, "`\(name)` is missing")
    }
    guard case .stateDict(let state) = document[node] else {
      throw CheckpointError(.misfit, "`\(name)` is no state dict")
    }
    self.document = document
    self.state = state
    self.name = name
  }

  /// A tensor that lies in the root by itself, as a state dict of one.
  ///
  /// - Throws: `misfit` where there is none.
  package init(_ document: Document, tensor name: String) throws(CheckpointError) {
    guard let node = document.value(of: Text(name), in: document.root), case .tensor = document[node] else {
      throw CheckpointError(.misfit, "`\(name)` is missing or no plain tensor")
    }
    self.document = document
    self.name = name
    state = StateDict(kind: .dict, entries: [Text(name): node])
  }

  /// The backbone whose keys begin with `prefix`, if what lies there is one that is known.
  package func backbone(under prefix: String) -> Backbone? {
    var part = StateDict(kind: .dict, entries: [:])
    for (key, node) in state.entries where key.hasPrefix(Text(prefix)) {
      part.entries[key.dropFirst(prefix.utf8.count)] = node
    }
    return Backbone(part, in: document)
  }

  package var keys: [Text] { Array(state.entries.keys) }

  /// The shapes of the tensors under keys that begin with `prefix`, by what follows it.
  package func shapes(under prefix: String) -> [Text: [Int]] {
    var shapes: [Text: [Int]] = [:]
    for (key, node) in state.entries where key.hasPrefix(Text(prefix)) {
      if case .tensor(let tensor) = document[node] {
        shapes[key.dropFirst(prefix.utf8.count)] = tensor.shape
      }
    }
    return shapes
  }

  /// Compares with what a network wants: nothing may be missing, left over, or of another shape.
  ///
  /// - Throws: `misfit` with the first key that does not fit, its shapes, and how many more there are.
  package func check(_ slots: [StateSlot]) throws(CheckpointError) {
    var problems: [(key: Text, what: String)] = []
    for slot in slots {
      guard let node = state.entries[Text(slot.key)] else {
        problems.append(
          (Text(slot.key), "the network needs the shape \(slot.shape) and `\(name)` has no such key"))
        continue
      }
      guard case .tensor(let tensor) = document[node] else {
        problems.append((Text(slot.key), "the value in `\(name)` is no plain tensor"))
        continue
      }
      // An expanded tensor can claim any number of elements.
      if tensor.byteCount > document[tensor.storage].byteCount {
        problems.append((Text(slot.key), "the tensor in `\(name)` is larger than its storage"))
      } else if tensor.shape != slot.shape {
        problems.append(
          (Text(slot.key), "the network needs the shape \(slot.shape), `\(name)` has \(tensor.shape)"))
      }
    }
    let wanted = Set(slots.map { Text($0.key) })
    problems += keys.filter { !wanted.contains($0) }.map {
      ($0, "`\(name)` has this key, the network has not")
    }
    guard let first = problems.first else { return }
    let more = problems.count > 1 ? "; \(problems.count - 1) more keys do not fit" : ""
    throw CheckpointError(.misfit, first.what + more, at: .init(key: first.key))
  }

  package func values(
    for key: String, shape: [Int], initial: Initialiser
  ) throws(CheckpointError) -> [Float] {
    try read(key).values(for: key, shape: shape, initial: initial)
  }

  package func counter(for key: String) throws(CheckpointError) -> Int64 {
    try read(key).counter(for: key)
  }

  private func read(_ key: String) throws(CheckpointError) -> LoadedParameters {
    try LoadedParameters(state, in: document, keys: [Text(key)])
  }
}
