// SPDX-License-Identifier: Apache-2.0
import Testing
import Training

/// Tensors and counters by key, for comparing what two runs leave behind.
struct TensorValues: Sendable, Equatable {
  var values: [String: [Double]] = [:]
  var counters: [String: Int64] = [:]
  /// Of trained parameters that have one.
  var gradients: [String: [Double]] = [:]

  mutating func add<Real>(_ registry: Registry<Real>, _ prefix: String = "") {
    for entry in registry.entries {
      switch entry {
      case .parameter(let tensor):
        values[prefix + tensor.key] = tensor.value.elements.map { Double($0) }
        gradients[prefix + tensor.key] = tensor.usedGradient?.elements.map { Double($0) }
      case .buffer(let tensor): values[prefix + tensor.key] = tensor.value.elements.map { Double($0) }
      case .counter(let counter): counters[prefix + counter.key] = counter.value
      }
    }
  }

  /// The largest difference, against the largest value of its own tensor, and whose it is.
  func difference(from other: TensorValues) -> (worst: Double, key: String) {
    guard counters == other.counters else { return (.infinity, "a counter") }
    let (a, b) = (Self.difference(values, other.values), Self.difference(gradients, other.gradients))
    return a.worst > b.worst ? a : b
  }

  private static func difference(
    _ a: [String: [Double]], _ b: [String: [Double]]
  ) -> (worst: Double, key: String) {
    guard a.keys == b.keys else { return (.infinity, "the keys") }
    return a.reduce((0, "")) { worst, entry in
      let (x, y) = (entry.value, b[entry.key] ?? [])
      guard x.count == y.count else { return (.infinity, entry.key) }
      let apart = zip(x, y).reduce(0) { max($0, abs($1.0 - $1.1)) }
      let relative = apart / max(1e-3, x.reduce(0) { max($0, abs($1)) })
      return relative > worst.0 ? (relative, entry.key) : worst
    }
  }
}
