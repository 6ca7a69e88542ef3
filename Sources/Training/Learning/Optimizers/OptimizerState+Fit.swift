// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Whether a state is one of an optimizer's parameters. PyTorch checks counts alone, and a swapped head goes unnoticed.
extension OptimizerState {
  /// The hyper-parameters that all groups share.
  ///
  /// - Throws: `misfit` where there is no group, or two differ: optimizers here have one set for all groups.
  package func commonSettings() throws(CheckpointError) -> Settings {
    guard let first = groups.first?.settings else {
      throw CheckpointError(.misfit, "the optimizer state has no parameter group")
    }
    if let other = groups.firstIndex(where: { $0.settings != first }) {
      throw CheckpointError(
        .misfit, "parameter groups 0 and \(other) differ: \(first.text), \(groups[other].settings.text)",
        hint: "groups whose hyper-parameters agree, apart from lr and weight_decay")
    }
    return first
  }

  /// The entries with the parameters that they belong to, by position: what the file calls the indices is its own.
  ///
  /// - Throws: `misfit` where counts, shapes or tensors disagree, with index, key and shapes.
  func entries<Real>(
    for own: [ParameterGroup<Real>], required: [Text], optional: [Text], countsSteps: Bool = false
  ) throws(CheckpointError) -> [(Parameter<Real>, Entry)] {
    guard own.count == groups.count else {
      throw CheckpointError(
        .misfit, "the optimizer state has \(groups.count) parameter groups, the optimizer \(own.count)")
    }
    var found: [(Parameter<Real>, Entry)] = []
    for (number, (group, saved)) in zip(own, groups).enumerated() {
      guard group.parameters.count == saved.parameters.count else {
        throw CheckpointError(
          .misfit,
          "parameter group \(number) of the optimizer state has \(saved.parameters.count) parameters, the optimizer's \(group.parameters.count)"
        )
      }
      for (parameter, index) in zip(group.parameters, saved.parameters) {
        guard let entry = entries[index] else { continue }
        do throws(CheckpointError) {
          try entry.check(parameter.shape, required: required, optional: optional, countsSteps: countsSteps)
        } catch {
          throw CheckpointError(error.code, "state \(index): \(error.reason)", at: .init(key: parameter.key))
        }
        found.append((parameter, entry))
      }
    }
    return found
  }

  /// Takes over weight decay and the last rate of each group.
  func copyRates<Real>(to own: inout [ParameterGroup<Real>]) {
    for (index, group) in groups.enumerated() {
      own[index].weightDecay = group.weightDecay
      own[index].lastRate = group.learningRate
    }
  }
}

extension OptimizerState.Entry {
  fileprivate func check(
    _ shape: [Int], required: [Text], optional: [Text], countsSteps: Bool
  ) throws(CheckpointError) {
    for name in required where tensors[name] == nil {
      throw CheckpointError(.misfit, "`\(name)` is missing")
    }
    if countsSteps && step == nil { throw CheckpointError(.misfit, "`step` is missing") }
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      guard required.contains(name) || optional.contains(name) else {
        throw CheckpointError(.misfit, "`\(name)` is unknown to this optimizer")
      }
      guard tensor.shape == shape else {
        throw CheckpointError(
          .misfit, "`\(name)` has the shape \(tensor.shape), the parameter \(shape)")
      }
      guard tensor.values.count == shape.reduce(1, *) else {
        throw CheckpointError(.misfit, "`\(name)` has \(tensor.values.count) values for the shape \(shape)")
      }
      guard tensor.values.allSatisfy(\.isFinite) else {
        throw CheckpointError(.misfit, "`\(name)` holds NaN or infinity")
      }
    }
  }
}

extension OptimizerState.Settings {
  /// The class and its hyper-parameters.
  fileprivate var text: String {
    switch self {
    case .sgd(let settings):
      "\(className) with momentum \(settings.momentum), dampening \(settings.dampening), nesterov \(settings.nesterov)"
    case .adam(let settings, _):
      "\(className) with betas \(settings.beta1) and \(settings.beta2), eps \(settings.epsilon), amsgrad \(settings.amsgrad)"
    }
  }
}
