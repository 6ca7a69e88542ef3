// SPDX-License-Identifier: Apache-2.0

/// The hyper-parameters of `torch.optim.SGD` beside rate and weight decay.
package struct SGDSettings: Sendable, Equatable {
  package var momentum: Double
  package var dampening: Double
  package var nesterov: Bool

  package init(momentum: Double = 0.9, dampening: Double = 0, nesterov: Bool = false) {
    self.momentum = momentum
    self.dampening = dampening
    self.nesterov = nesterov
  }
}

/// The numbers of one step of stochastic gradient descent (`torch.optim.SGD`).
package struct SGDStep: Sendable, Equatable {
  package var learningRate: Double
  package var momentum: Double
  package var dampening: Double
  package var weightDecay: Double
  package var nesterov: Bool
  /// The momentum buffer holds nothing yet.
  package var isFirst: Bool

  package init(
    learningRate: Double, momentum: Double, dampening: Double, weightDecay: Double, nesterov: Bool,
    isFirst: Bool
  ) {
    (self.learningRate, self.momentum, self.dampening) = (learningRate, momentum, dampening)
    (self.weightDecay, self.nesterov, self.isFirst) = (weightDecay, nesterov, isFirst)
  }
}
