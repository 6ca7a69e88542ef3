// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Stochastic gradient descent with momentum, in `torch.optim.SGD`'s arithmetic (`maximize` off).
package final class SGD<Numbers: Kernels>: Optimizer {
  package typealias Real = Numbers.Real
  package typealias Group = ParameterGroup<Real>

  package var groups: [Group]
  package var anchor: Anchor<Numbers>?
  package private(set) var settings: SGDSettings
  private let memory = OptimizerMemory<Real>()

  static var bufferName: Text { "momentum_buffer" }

  package init(_ groups: [Group], settings: SGDSettings) {
    self.groups = groups
    self.settings = settings
  }

  package convenience init(
    _ groups: [Group], momentum: Double = 0.9, dampening: Double = 0, nesterov: Bool = true
  ) {
    self.init(groups, settings: SGDSettings(momentum: momentum, dampening: dampening, nesterov: nesterov))
  }

  package func step(_ workers: Workers, learningRate: Double) {
    pull(workers, learningRate: learningRate, isDecoupled: false)
    var pieces: [StepPiece<Real, SGDStep>] = []
    for index in groups.indices {
      let rate = groups[index].rate.value(learningRate)
      groups[index].lastRate = rate
      for parameter in groups[index].parameters {
        guard let gradient = parameter.usedGradient else { continue }
        var step = SGDStep(
          learningRate: rate, momentum: settings.momentum, dampening: settings.dampening,
          weightDecay: decay(of: parameter, in: groups[index]), nesterov: settings.nesterov, isFirst: false)
        var state: [Rows<Real>] = []
        if settings.momentum != 0 {
          step.isFirst = memory[parameter] == nil
          state = memory.entry(of: parameter, tensors: 1).tensors
        }
        pieces.append(parameter, gradient, state: state, step)
      }
    }
    pieces.run(workers) { Numbers.descend($0.value, $0.gradient, momentum: $0.state.first, $0.step) }
  }

  package func clearState() { memory.clear() }

  /// The momentum buffer of a parameter, row by row; nil before its first step.
  package func momentumBuffer(of parameter: Parameter<Real>) -> [Float]? {
    memory[parameter]?.tensors[0].floats
  }

  /// Sets the momentum buffer of a parameter.
  ///
  /// - Throws: `misfit` when there are not as many values as the parameter has.
  package func restore(_ values: [Float], to parameter: Parameter<Real>) throws(CheckpointError) {
    guard values.count == parameter.value.rows * parameter.value.columns else {
      throw CheckpointError(
        .misfit, "the momentum buffer has \(values.count) values for the shape \(parameter.shape)",
        at: .init(key: parameter.key))
    }
    memory.entry(of: parameter, tensors: 1).tensors[0].update(from: values)
  }

  package var state: OptimizerState {
    OptimizerState(groups, .sgd(settings)) { parameter in
      guard let buffer = memory[parameter]?.tensors[0].floats else { return nil }
      return .init(tensors: [Self.bufferName: .init(shape: parameter.shape, values: buffer)])
    }
  }

  package func restore(_ state: OptimizerState) throws(CheckpointError) {
    let settings = try state.commonSettings()
    guard case .sgd(let settings) = settings else {
      throw CheckpointError(.misfit, "it is the state of \(settings.className), not of SGD")
    }
    let entries = try state.entries(for: groups, required: [], optional: [Self.bufferName])
    self.settings = settings
    memory.clear()
    for (parameter, entry) in entries {
      guard let buffer = entry.tensors[Self.bufferName] else { continue }
      try restore(buffer.values, to: parameter)
    }
    state.copyRates(to: &groups)
  }
}
