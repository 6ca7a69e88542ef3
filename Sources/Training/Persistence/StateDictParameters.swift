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
    guard let node = document.value(of: name, in: document.root) else {
      throw CheckpointError(.misfit, "`\(name)` is missing")
    }
    guard case .stateDict(let state) = document[node] else {
      throw CheckpointError(.misfit, "`\(name)` is no state dict")
    }
    self.document = document
    self.state = state
    self.name = name
  }

  package var keys: [String] { Array(state.entries.keys) }

  /// The shapes of the tensors under keys that begin with `prefix`, by what follows it.
  package func shapes(under prefix: String) -> [String: [Int]] {
    var shapes: [String: [Int]] = [:]
    for (key, node) in state.entries where key.hasPrefix(prefix) {
      if case .tensor(let tensor) = document[node] {
        shapes[String(key.dropFirst(prefix.count))] = tensor.shape
      }
    }
    return shapes
  }

  /// Compares with what a network wants: nothing may be missing, left over, or of another shape.
  ///
  /// - Throws: `misfit` with the first key that does not fit, its shapes, and how many more there are.
  package func check(_ slots: [StateSlot]) throws(CheckpointError) {
    var problems: [(key: String, what: String)] = []
    for slot in slots {
      guard let node = state.entries[slot.key] else {
        problems.append((slot.key, "the network needs the shape \(slot.shape) and `\(name)` has no such key"))
        continue
      }
      guard case .tensor(let tensor) = document[node] else {
        problems.append((slot.key, "the value in `\(name)` is no plain tensor"))
        continue
      }
      if tensor.shape != slot.shape {
        problems.append(
          (slot.key, "the network needs the shape \(slot.shape), `\(name)` has \(tensor.shape)"))
      }
    }
    let wanted = Set(slots.map(\.key))
    problems += keys.filter { !wanted.contains($0) }.map {
      ($0, "`\(name)` has this key, the network has not")
    }
    guard let first = problems.first else { return }
    let more = problems.count > 1 ? "; \(problems.count - 1) more keys do not fit" : ""
    throw CheckpointError(.misfit, first.what + more, at: .init(key: first.key))
  }

  private func tensor(_ key: String) throws(CheckpointError) -> TensorRecord {
    guard let node = state.entries[key], case .tensor(let tensor) = document[node] else {
      throw CheckpointError(.misfit, "`\(name)` holds no such tensor", at: .init(key: key))
    }
    return tensor
  }

  package func values(
    for key: String, shape: [Int], initial: Initialiser
  ) throws(CheckpointError) -> [Float] {
    do {
      return try document.floats(of: try tensor(key), shape: shape)
    } catch {
      throw error.at(file: document.source?.file, key: key)
    }
  }

  package func counter(for key: String) throws(CheckpointError) -> Int64 {
    do {
      return try document.integer(of: try tensor(key))
    } catch {
      throw error.at(file: document.source?.file, key: key)
    }
  }
}

extension Document {
  /// The values of a tensor of real numbers as float32, row by row.
  ///
  /// - Throws: `misfit` for another shape or type, and for NaN and infinities.
  func floats(of tensor: TensorRecord, shape: [Int]) throws(CheckpointError) -> [Float] {
    guard tensor.shape == shape else {
      throw CheckpointError(.misfit, "the shape \(shape) is needed, not \(tensor.shape)")
    }
    // An expanded tensor can claim any number of elements.
    guard tensor.byteCount <= self[tensor.storage].byteCount,
      let values = try TensorReader(self, tensor).floats()
    else {
      throw CheckpointError(.misfit, "\(tensor.dtype) elements, where the network has real numbers")
    }
    guard values.allSatisfy(\.isFinite) else {
      throw CheckpointError(.misfit, "the tensor holds NaN or infinity", hint: "`resect show` tells how many")
    }
    return values
  }

  /// The value of an int64 tensor without dimensions.
  func integer(of tensor: TensorRecord) throws(CheckpointError) -> Int64 {
    guard tensor.shape.isEmpty, tensor.dtype == .int64 else {
      throw CheckpointError(
        .misfit, "an int64 scalar is needed, not \(tensor.dtype) of shape \(tensor.shape)")
    }
    let bits = try TensorReader(self, tensor).bytes().reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int64(bitPattern: bits)
  }
}
