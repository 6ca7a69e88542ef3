// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A place in a network's names, where parameters are made.
///
/// `scope["blocks", 1]["tdnn1"].parameter("weight", [n, m, k], .kaiming(fanIn: m * k))` makes the
/// parameter `blocks.1.tdnn1.weight`, asks the source for its values and enters it in the registry, so that
/// the registry, in the order of creation, is the state dict.
package struct Scope<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  package let registry: Registry<Real>
  package let source: any ParameterSource
  package let path: String

  package init(_ registry: Registry<Real>, source: any ParameterSource, path: String = "") {
    self.registry = registry
    self.source = source
    self.path = path
  }

  package subscript(_ name: String) -> Scope {
    Scope(registry, source: source, path: key(name))
  }

  package subscript(_ name: String, _ index: Int) -> Scope { self[name]["\(index)"] }

  /// A trained tensor; its matrix has a row for each element of the first dimension (one row when there is
  /// one dimension only).
  package func parameter(
    _ name: String, _ shape: [Int], _ initial: Initialiser
  ) throws(CheckpointError) -> Parameter<Real> {
    let values = try source.values(for: key(name), shape: shape, initial: initial)
    return registry.parameter(key(name), shape, values)
  }

  /// A tensor that is saved but not trained.
  package func buffer(
    _ name: String, _ shape: [Int], _ initial: Initialiser
  ) throws(CheckpointError) -> Parameter<Real> {
    let values = try source.values(for: key(name), shape: shape, initial: initial)
    return registry.buffer(key(name), shape, values)
  }

  /// An integer that is saved but not trained.
  package func counter(_ name: String) throws(CheckpointError) -> Counter {
    registry.counter(key(name), try source.counter(for: key(name)))
  }

  private func key(_ name: String) -> String { path.isEmpty ? name : path + "." + name }
}
