// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

/// What PyTorch's optimizers did in six steps: `fixtures/optimizer-steps/steps_*.json`.
struct OptimizerGolden: Decodable {
  struct Clipping: Decodable {
    let maximum: Double
    let each: Bool
    let norms: [Double]
    let gradients: [[Float]]
  }

  struct Anchored: Decodable {
    let weight: Double
    let parameters: [String]
  }

  typealias Values = [String: [Float]]

  let shapes: [String: [Int]]
  let groups: [[String]]
  let initial: Values
  let rates: [Double]
  /// Of group 0.
  let decays: [Double]
  let scales: [Double]
  let gradients: [Values]
  let runs: [String: [Values]]
  let clipping: [Clipping]
  /// Of the runs whose names begin with `anchored-`.
  let anchor: Anchored

  static let versions = ["113", "215"]
  static let names = ["plain", "sgd", "nesterov", "damped", "adam", "amsgrad", "adamw", "far"]
  static let anchoredNames = ["anchored-nesterov", "anchored-adam", "anchored-adamw"]

  init(_ version: String) throws {
    self = try JSONDecoder().decode(
      Self.self, from: Data(Fixtures.bytes("optimizer-steps/steps_\(version).json")))
  }

  func parameters<Real>(_ values: Values) throws -> [String: Parameter<Real>] {
    let scope = Scope<Real>(
      Registry(),
      source: LoadedParameters(
        Dictionary(
          uniqueKeysWithValues: values.map {
            (Text($0.key), .floats(shape: shapes[$0.key] ?? [], $0.value))
          })))
    var parameters: [String: Parameter<Real>] = [:]
    for (name, shape) in shapes { parameters[name] = try scope.parameter(name, shape, .zeros) }
    parameters["frozen"]?.isFrozen = true
    return parameters
  }

  /// Sets or clears the gradients of a step.
  func setGradients<Real>(_ step: Int, _ parameters: [String: Parameter<Real>]) {
    for (name, parameter) in parameters {
      parameter.variable.tensor.clearGradient()
      if let values = gradients[step][name] {
        parameter.variable.claimGradient().rows.update(from: values)
      }
    }
  }

  /// The run's optimizer, new.
  func optimizer<Numbers: Kernels>(
    _ name: String, _ parameters: [String: Parameter<Numbers.Real>], _: Numbers.Type
  ) throws -> any Optimizer<Numbers> {
    let own = try zip(groups, scales).enumerated().map { index, group in
      ParameterGroup(
        try group.0.map { try #require(parameters[$0]) }, weightDecay: index == 0 ? decays[0] : 0,
        rate: .scaled(group.1))
    }
    let optimizer: any Optimizer<Numbers> =
      switch name.split(separator: "-").last {
      case "plain": SGD(own, momentum: 0, nesterov: false)
      case "sgd": SGD(own, momentum: 0.9, nesterov: false)
      case "nesterov": SGD(own, momentum: 0.9, nesterov: true)
      case "damped": SGD(own, momentum: 0.8, dampening: 0.3, nesterov: false)
      case "adam": Adam(own, decoupled: false)
      case "amsgrad":
        Adam(
          own, settings: AdamSettings(beta1: 0.8, beta2: 0.95, epsilon: 1e-6, amsgrad: true), decoupled: false
        )
      case "adamw": Adam(own, decoupled: true)
      default: Adam(own, settings: AdamSettings(beta1: 0.4, beta2: 0.9, epsilon: 1e-3), decoupled: true)
      }
    if name.hasPrefix("anchored-") {
      optimizer.anchor = Anchor(
        weight: anchor.weight,
        try anchor.parameters.map { (try #require(parameters[$0]), try #require(initial[$0])) })
    }
    return optimizer
  }
}

/// A run of one optimizer beside PyTorch's.
struct OptimizerRun<Numbers: Kernels> {
  let golden: OptimizerGolden
  let name: String
  let parameters: [String: Parameter<Numbers.Real>]
  let optimizer: any Optimizer<Numbers>

  init(
    _ golden: OptimizerGolden, _ name: String, from values: OptimizerGolden.Values? = nil, _: Numbers.Type
  ) throws {
    self.golden = golden
    self.name = name
    parameters = try golden.parameters(values ?? golden.initial)
    optimizer = try golden.optimizer(name, parameters, Numbers.self)
  }

  func step(_ index: Int, _ workers: Workers) {
    golden.setGradients(index, parameters)
    optimizer.groups[0].weightDecay = golden.decays[index]
    optimizer.step(workers, learningRate: golden.rates[index])
  }

  /// The largest difference of a parameter from PyTorch's after a step, over the tensor's largest value.
  func distance(after step: Int) throws -> Float {
    let expected = try #require(golden.runs[name])[step]
    var largest: Float = 0
    for (key, values) in expected {
      let found = try #require(parameters[key]).floats
      try #require(found.count == values.count)
      let size = values.reduce(0) { max($0, abs($1)) }
      let apart = zip(found, values).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
      largest = max(largest, apart.isFinite ? apart / size : .infinity)
    }
    return largest
  }
}
