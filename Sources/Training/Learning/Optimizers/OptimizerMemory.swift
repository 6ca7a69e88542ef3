// SPDX-License-Identifier: Apache-2.0

/// What an optimizer keeps from step to step for each parameter that has moved: tensors of the parameter's shape,
/// under PyTorch's names, and a count of steps.
final class OptimizerMemory<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  final class Entry {
    /// Held, so that no other object can get its identity.
    private let parameter: Parameter<Real>
    /// One matrix for each name, as large as the parameter's; undefined before the first step.
    let tensors: [Rows<Real>]
    /// `step`: float32, as PyTorch counts.
    var count: Float = 0

    init(_ parameter: Parameter<Real>, tensors: Int, arena: Arena) {
      let (rows, columns) = (parameter.value.rows, parameter.value.columns)
      self.parameter = parameter
      self.tensors = (0..<tensors).map { _ in Rows(arena, rows, columns) }
    }
  }

  private let arena = Arena(regionBytes: 8 << 20)
  private var entries: [ObjectIdentifier: Entry] = [:]

  subscript(parameter: Parameter<Real>) -> Entry? { entries[ObjectIdentifier(parameter)] }

  /// The parameter's entry, a new one of so many tensors where it has none.
  func entry(of parameter: Parameter<Real>, tensors: Int) -> Entry {
    if let entry = self[parameter] { return entry }
    let entry = Entry(parameter, tensors: tensors, arena: arena)
    entries[ObjectIdentifier(parameter)] = entry
    return entry
  }

  func clear() { entries.removeAll() }
}
