// SPDX-License-Identifier: Apache-2.0

/// The numbers of one step of stochastic gradient descent (`torch.optim.SGD`).
package struct SGDStep: Sendable, Equatable {
  package var learningRate: Double
  package var momentum: Double
  package var dampening: Double
  package var weightDecay: Double
  package var nesterov: Bool
  /// The momentum buffer holds nothing yet.
  package var isFirst: Bool
}
