// SPDX-License-Identifier: Apache-2.0

/// A named tensor of a network: a trained parameter or a buffer.
package final class Parameter<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  package let key: String
  /// PyTorch's shape.
  package let shape: [Int]
  package let variable: Variable<Real>

  /// A frozen parameter gets no gradient and no step.
  package var isFrozen: Bool {
    get { !variable.tensor.requiresGradient }
    set { variable.tensor.requiresGradient = !newValue }
  }

  init(key: String, shape: [Int], values: [Float], arena: Arena, trained: Bool) {
    self.key = key
    self.shape = shape
    let rows = shape.count > 1 ? shape[0] : 1
    let columns = shape.count > 1 ? shape.dropFirst().reduce(1, *) : shape.first ?? 1
    let tensor = Tensor<Real>(
      arena, rows: rows, columns: columns, requiresGradient: trained, isParameter: true)
    if !values.isEmpty { tensor.value.update(from: values) }
    self.variable = Variable(tensor, batch: rows, positions: 1)
  }

  package var value: Rows<Real> { variable.value }

  /// The values, row by row, rounded to float32.
  package var floats: [Float] { value.floats }
}

/// An integer of a network's state: `num_batches_tracked`.
package final class Counter {
  package let key: String
  package var value: Int64

  init(key: String, value: Int64) {
    self.key = key
    self.value = value
  }
}

/// A network's parameters, buffers and counters in the order of their creation: its state dict.
package final class Registry<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  package enum Entry {
    case parameter(Parameter<Real>)
    case buffer(Parameter<Real>)
    case counter(Counter)
  }

  package private(set) var entries: [Entry] = []
  /// The batch normalisations, in the order of their creation.
  package private(set) var norms: [BatchNorm<Real>] = []
  private let arena = Arena(regionBytes: 8 << 20)
  /// Where parameters without values have their places, which nothing is ever written to.
  private lazy var outline = Arena(planned: true)

  package init() {}

  /// The trained tensors, frozen ones among them.
  package var parameters: [Parameter<Real>] {
    entries.compactMap { if case .parameter(let parameter) = $0 { parameter } else { nil } }
  }

  package var stateDict: [StateEntry] {
    entries.map { entry in
      switch entry {
      case .parameter(let tensor):
        StateEntry(key: tensor.key, shape: tensor.shape, value: .floats(tensor.floats), isParameter: true)
      case .buffer(let tensor):
        StateEntry(key: tensor.key, shape: tensor.shape, value: .floats(tensor.floats), isParameter: false)
      case .counter(let counter):
        StateEntry(key: counter.key, shape: [], value: .counter(counter.value), isParameter: false)
      }
    }
  }

  /// Forgets every gradient, as `zero_grad` does.
  package func clearGradients() {
    for parameter in parameters { parameter.variable.tensor.clearGradient() }
  }

  func add(_ norm: BatchNorm<Real>) { norms.append(norm) }

  func parameter(_ key: String, _ shape: [Int], _ values: [Float]) -> Parameter<Real> {
    let made = Parameter<Real>(key: key, shape: shape, values: values, arena: place(values), trained: true)
    entries.append(.parameter(made))
    return made
  }

  func buffer(_ key: String, _ shape: [Int], _ values: [Float]) -> Parameter<Real> {
    let made = Parameter<Real>(key: key, shape: shape, values: values, arena: place(values), trained: false)
    entries.append(.buffer(made))
    return made
  }

  private func place(_ values: [Float]) -> Arena { values.isEmpty ? outline : arena }

  func counter(_ key: String, _ value: Int64) -> Counter {
    let made = Counter(key: key, value: value)
    entries.append(.counter(made))
    return made
  }
}

/// One entry of a state dict.
package struct StateEntry: Sendable, Equatable {
  package enum Value: Sendable, Equatable {
    /// float32, row by row.
    case floats([Float])
    /// An int64 scalar.
    case counter(Int64)
  }

  package let key: String
  package let shape: [Int]
  package let value: Value
  /// False for buffers and counters.
  package let isParameter: Bool

  package init(key: String, shape: [Int], value: Value, isParameter: Bool) {
    (self.key, self.shape, self.value, self.isParameter) = (key, shape, value, isParameter)
  }
}
