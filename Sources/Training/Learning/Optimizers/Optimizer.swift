// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Moves parameters by their gradients, in the arithmetic of PyTorch's class of the same name.
///
/// A parameter without a gradient (frozen, not used in the step, or cleared) is skipped: neither weight decay nor
/// state touches it, as PyTorch leaves one whose `grad` is None.
package protocol Optimizer<Numbers>: AnyObject {
  associatedtype Numbers: Kernels
  typealias Real = Numbers.Real

  /// Weight decay and rates may change between steps; the parameters stay those of the initialiser.
  var groups: [ParameterGroup<Real>] { get set }

  /// What some parameters decay towards; nil where all decay towards zero. It is no part of the state.
  var anchor: Anchor<Numbers>? { get set }

  /// Moves every parameter that has a gradient. `learningRate` goes to each group that has no rate of its own, times
  /// the group's factor.
  func step(_ workers: Workers, learningRate: Double)

  /// Forgets momentum, moments and step counts, as a new optimizer.
  func clearState()

  /// What `optimizer.state_dict()` holds now; values are copied.
  var state: OptimizerState { get }

  /// Takes over a state and its hyper-parameters, the file's values winning as in `load_state_dict`. The groups' rules
  /// for the learning rate stay.
  ///
  /// - Throws: `misfit` where the groups, their sizes, a shape or the kind of optimizer disagree, with index, key and
  ///   shapes; nothing has changed then.
  func restore(_ state: OptimizerState) throws(CheckpointError)
}
