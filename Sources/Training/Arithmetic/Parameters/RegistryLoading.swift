// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension Registry {
  /// Sets every tensor and counter again from a source, as when a run is resumed.
  ///
  /// - Throws: what the source throws; the entries before that one are set already.
  package func reload(from source: any ParameterSource) throws(CheckpointError) {
    for entry in entries {
      switch entry {
      case .parameter(let tensor), .buffer(let tensor):
        tensor.value.update(from: try source.values(for: tensor.key, shape: tensor.shape, initial: .zeros))
      case .counter(let counter):
        counter.value = try source.counter(for: counter.key)
      }
    }
  }
}
