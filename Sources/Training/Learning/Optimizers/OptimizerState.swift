// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What `optimizer.state_dict()` holds, apart from any document: the state of parameters by index, and the groups.
package struct OptimizerState: Sendable, Equatable {
  /// A tensor of a parameter's state, float32, row by row.
  package struct Tensor: Sendable, Equatable {
    package var shape: [Int]
    package var values: [Float]

    package init(shape: [Int], values: [Float]) {
      self.shape = shape
      self.values = values
    }
  }

  /// `state[index]`: the state of one parameter.
  package struct Entry: Sendable, Equatable {
    /// Steps so far; nil for SGD, which does not count.
    package var step: Float?
    /// By PyTorch's names: `momentum_buffer`, or `exp_avg`, `exp_avg_sq` and perhaps `max_exp_avg_sq`.
    package var tensors: [Text: Tensor]

    package init(step: Float? = nil, tensors: [Text: Tensor] = [:]) {
      self.step = step
      self.tensors = tensors
    }
  }

  /// The hyper-parameters that tell the kinds apart.
  package enum Settings: Sendable, Equatable {
    case sgd(SGDSettings)
    /// `decoupled` is nil where a file does not say: older PyTorch writes the same keys for Adam and AdamW.
    case adam(AdamSettings, decoupled: Bool?)

    /// PyTorch's class, or both classes.
    package var className: String {
      switch self {
      case .sgd: "SGD"
      case .adam(_, decoupled: true): "AdamW"
      case .adam(_, decoupled: false): "Adam"
      case .adam(_, decoupled: nil): "Adam or AdamW"
      }
    }
  }

  /// `param_groups[n]`.
  package struct Group: Sendable, Equatable {
    package var learningRate: Double
    package var weightDecay: Double
    package var settings: Settings
    /// The indices of its parameters in `entries`, in the order of the optimizer's group.
    package var parameters: [Int]

    package init(learningRate: Double, weightDecay: Double, settings: Settings, parameters: [Int]) {
      self.learningRate = learningRate
      self.weightDecay = weightDecay
      self.settings = settings
      self.parameters = parameters
    }
  }

  package var groups: [Group]
  /// By index; a parameter that never moved has none.
  package var entries: [Int: Entry]

  package init(groups: [Group], entries: [Int: Entry]) {
    self.groups = groups
    self.entries = entries
  }

  /// The state of an optimizer; parameters are counted through the groups from 0, as PyTorch does.
  init<Real>(
    _ groups: [ParameterGroup<Real>], _ settings: Settings, _ entry: (Parameter<Real>) -> Entry?
  ) {
    self.init(groups: [], entries: [:])
    var count = 0
    for group in groups {
      self.groups.append(
        Group(
          learningRate: group.lastRate, weightDecay: group.weightDecay, settings: settings,
          parameters: Array(count..<(count + group.parameters.count))))
      for parameter in group.parameters {
        entries[count] = entry(parameter)
        count += 1
      }
    }
  }
}

extension OptimizerState {
  /// Continues an optimizer from this state, as `load_state_dict`, but with every shape checked.
  ///
  /// - Throws: `misfit`, and nothing has changed then.
  package func restore(into optimizer: some Optimizer) throws(CheckpointError) {
    try optimizer.restore(self)
  }
}
