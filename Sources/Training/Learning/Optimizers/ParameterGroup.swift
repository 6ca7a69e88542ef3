// SPDX-License-Identifier: Apache-2.0

/// Parameters that share a weight decay and a rule for their learning rate (`optimizer.param_groups`).
package struct ParameterGroup<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  /// Where a group's learning rate comes from.
  package enum Rate: Sendable, Equatable {
    /// The step's rate times a factor.
    case scaled(Double)
    /// A rate of its own, whatever the step's is.
    case own(Double)

    /// The group's rate in a step.
    package func value(_ stepRate: Double) -> Double {
      switch self {
      case .scaled(let factor): stepRate * factor
      case .own(let rate): rate
      }
    }
  }

  package let parameters: [Parameter<Real>]
  package var weightDecay: Double
  package var rate: Rate
  /// The rate of the last step, which state dicts show as `lr`; 0 before the first.
  package internal(set) var lastRate: Double = 0

  package init(_ parameters: [Parameter<Real>], weightDecay: Double = 0, rate: Rate = .scaled(1)) {
    self.parameters = parameters
    self.weightDecay = weightDecay
    self.rate = rate
  }
}
