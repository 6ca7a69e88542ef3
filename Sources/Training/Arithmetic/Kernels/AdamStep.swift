// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The hyper-parameters of `torch.optim.Adam` and `AdamW` beside rate and weight decay.
package struct AdamSettings: Sendable, Equatable {
  /// `betas`: what the running means of the gradient and of its square keep at each step, each in 0 ..< 1.
  package var beta1: Double
  package var beta2: Double
  package var epsilon: Double
  /// Divides by the largest mean square so far, not by the present one.
  package var amsgrad: Bool

  package init(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, amsgrad: Bool = false
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.amsgrad = amsgrad
  }
}

/// The numbers of one step of Adam, worked out in double as `torch.optim` does in Python.
package struct AdamStep: Sendable, Equatable {
  /// The parameter is multiplied by it: 1 - lr * decay where the decay is decoupled, else 1.
  package var shrink: Double
  /// Times the parameter, added to the gradient: the decay where it is coupled, else 0.
  package var decay: Double
  /// 1 - beta1.
  package var meanWeight: Double
  package var beta2: Double
  /// lr / (1 - beta1^step).
  package var size: Double
  /// sqrt(1 - beta2^step).
  package var rootCorrection: Double
  package var epsilon: Double

  /// - Parameter count: steps of this parameter, this one included: at least 1.
  package init(
    _ settings: AdamSettings, learningRate: Double, weightDecay: Double, isDecoupled: Bool, count: Float
  ) {
    shrink = isDecoupled ? 1 - learningRate * weightDecay : 1
    decay = isDecoupled ? 0 : weightDecay
    meanWeight = 1 - settings.beta1
    beta2 = settings.beta2
    size = learningRate / (1 - pow(settings.beta1, Double(count)))
    rootCorrection = (1 - pow(settings.beta2, Double(count))).squareRoot()
    epsilon = settings.epsilon
  }
}
