// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import Glibc

/// Where a network's first values come from: a file, or a random draw. Loading and fresh initialisation
/// are one path: the network asks for each key in turn.
package protocol ParameterSource {
  /// The values of a float tensor, row by row.
  ///
  /// - Throws: `misfit` when the key is missing or has another shape.
  func values(for key: String, shape: [Int], initial: Initialiser) throws(CheckpointError) -> [Float]
  /// The value of an integer scalar, such as `num_batches_tracked`.
  func counter(for key: String) throws(CheckpointError) -> Int64
}

/// How PyTorch fills a fresh tensor.
package enum Initialiser: Sendable, Equatable {
  case zeros
  case ones
  /// Uniform in +- 1 / sqrt(fan_in): the default of convolutions and linear layers, weight
  /// (`kaiming_uniform_` with a = sqrt 5) and bias alike.
  case kaiming(fanIn: Int)
  /// Normal with deviation sqrt(2 / fan_in) (`kaiming_normal_`).
  case kaimingNormal(fanIn: Int)
  /// Uniform in +- sqrt(6 / (fan_in + fan_out)) (`xavier_uniform_`).
  case xavier(fanIn: Int, fanOut: Int)
  /// Normal with this deviation, values beyond +- 2 drawn again (`trunc_normal_` with its default bounds).
  case truncatedNormal(deviation: Double)
}

/// Fresh values, drawn by (seed, key): independent of the order in which a network asks.
package struct FreshParameters: ParameterSource {
  package let seed: UInt64

  package init(seed: UInt64) { self.seed = seed }

  package func values(
    for key: String, shape: [Int], initial: Initialiser
  ) throws(CheckpointError) -> [Float] {
    let count = shape.reduce(1, *)
    switch initial {
    case .zeros: return Array(repeating: 0, count: count)
    case .ones: return Array(repeating: 1, count: count)
    case .kaiming(let fanIn):
      return uniform(count, bound: (1 / Double(max(1, fanIn))).squareRoot(), key: key)
    case .kaimingNormal(let fanIn):
      return normal(count, deviation: (2 / Double(max(1, fanIn))).squareRoot(), bound: .infinity, key: key)
    case .truncatedNormal(let deviation):
      return normal(count, deviation: deviation, bound: 2, key: key)
    case .xavier(let fanIn, let fanOut):
      return uniform(count, bound: (6 / Double(max(1, fanIn + fanOut))).squareRoot(), key: key)
    }
  }

  package func counter(for key: String) throws(CheckpointError) -> Int64 { 0 }

  private func uniform(_ count: Int, bound: Double, key: String) -> [Float] {
    var draws = UniformFloats(count: count, bound: bound, seed: seed, name: key).draws
    return (0..<count).map { _ in draws.next() }
  }

  /// Box and Muller's transform: of two uniform numbers one normal one is used.
  private func normal(_ count: Int, deviation: Double, bound: Double, key: String) -> [Float] {
    var random = KeyedRandom(seed: seed, name: key)
    return (0..<count).map { _ in
      var value: Double
      repeat {
        let radius = (-2 * log(1 - random.uniform())).squareRoot()
        value = radius * cos(2 * Double.pi * random.uniform()) * deviation
      } while abs(value) > bound
      return Float(value)
    }
  }
}

/// Values that were read before, by key.
package struct LoadedParameters: ParameterSource {
  package enum Value: Sendable {
    case floats(shape: [Int], [Float])
    case counter(Int64)
  }

  package var tensors: [Text: Value]

  package init(_ tensors: [Text: Value]) { self.tensors = tensors }

  package func values(
    for key: String, shape: [Int], initial: Initialiser
  ) throws(CheckpointError) -> [Float] {
    guard case .floats(let found, let values) = tensors[Text(key)] else {
      throw CheckpointError(.misfit, "the network needs this tensor and it is not there", at: .init(key: key))
    }
    guard found == shape, values.count == shape.reduce(1, *) else {
      throw CheckpointError(
        .misfit, "the network needs the shape \(shape), not \(found)", at: .init(key: key))
    }
    return values
  }

  package func counter(for key: String) throws(CheckpointError) -> Int64 {
    guard case .counter(let value) = tensors[Text(key)] else {
      throw CheckpointError(
        .misfit, "the network needs this counter and it is not there", at: .init(key: key))
    }
    return value
  }
}

/// Two sources: the keys that `isFresh` names from one, the rest from the other.
package struct ChosenParameters: ParameterSource {
  package let fresh: any ParameterSource
  package let loaded: any ParameterSource
  package let isFresh: (String) -> Bool

  package init(
    fresh: any ParameterSource, loaded: any ParameterSource, isFresh: @escaping (String) -> Bool
  ) {
    self.fresh = fresh
    self.loaded = loaded
    self.isFresh = isFresh
  }

  private func source(_ key: String) -> any ParameterSource { isFresh(key) ? fresh : loaded }

  package func values(
    for key: String, shape: [Int], initial: Initialiser
  ) throws(CheckpointError) -> [Float] {
    try source(key).values(for: key, shape: shape, initial: initial)
  }

  package func counter(for key: String) throws(CheckpointError) -> Int64 {
    try source(key).counter(for: key)
  }
}

/// No values at all: for a network that is asked for its keys and shapes, or for its graph, and takes no memory then. Only
/// a tape that computes nothing goes over it.
package struct OutlineParameters: ParameterSource {
  package init() {}

  package func values(
    for key: String, shape: [Int], initial: Initialiser
  ) throws(CheckpointError) -> [Float] { [] }

  package func counter(for key: String) throws(CheckpointError) -> Int64 { 0 }
}
