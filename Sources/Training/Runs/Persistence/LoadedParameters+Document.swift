// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import OrderedCollections

extension LoadedParameters {
  /// The tensors of a state dict: floating-point ones as float32, integers as counters.
  ///
  /// - Parameter keys: those that are read; all where nil.
  /// - Throws: `misfit` for NaN and infinities; what reading a tensor throws, with its key.
  package init(
    _ state: StateDict, in document: Document, keys: Set<Text>? = nil
  ) throws(CheckpointError) {
    self.init([:])
    for (key, node) in state.entries where keys?.contains(key) != false {
      guard case .tensor(let tensor) = document[node] else { continue }
      do throws(CheckpointError) {
        tensors[key] = try Self.value(tensor, document)
      } catch {
        throw error.at(key: key)
      }
    }
  }

  private static func value(
    _ tensor: TensorRecord, _ document: Document
  ) throws(CheckpointError) -> Value {
    let reader = TensorReader(document, tensor)
    if let values = try reader.floats() {
      guard values.allSatisfy(\.isFinite) else {
        throw CheckpointError(
          .misfit, "the tensor holds NaN or infinity", hint: "`resect show` tells how many")
      }
      return .floats(shape: tensor.shape, values)
    }
    let bits = try reader.bytes().reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return .counter(Int64(bitPattern: bits))
  }
}
