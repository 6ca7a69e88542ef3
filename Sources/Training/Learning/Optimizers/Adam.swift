// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Adam in `torch.optim.Adam`'s arithmetic, or in `AdamW`'s where weight decay is decoupled from the gradient
/// (`maximize` off). Running means move as PyTorch 2's `lerp`.
///
/// Kingma and Ba, "Adam: a method for stochastic optimization", 2015; Loshchilov and Hutter, "Decoupled weight decay
/// regularization", 2019; Reddi et al., "On the convergence of Adam and beyond" (AMSGrad), 2018.
package final class Adam<Numbers: Kernels>: Optimizer {
  package typealias Real = Numbers.Real
  package typealias Group = ParameterGroup<Real>

  package var groups: [Group]
  package var anchor: Anchor<Numbers>?
  package private(set) var settings: AdamSettings
  /// AdamW.
  package let isDecoupled: Bool
  private let memory = OptimizerMemory<Real>()

  /// The names of the state's tensors; the last one for AMSGrad alone.
  private static var names: [Text] { ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"] }
  private var names: [Text] { Array(Self.names.prefix(settings.amsgrad ? 3 : 2)) }

  /// `Adam`, or `AdamW` when `decoupled`.
  package init(_ groups: [Group], settings: AdamSettings = AdamSettings(), decoupled: Bool) {
    self.groups = groups
    self.settings = settings
    self.isDecoupled = decoupled
  }

  package func step(_ workers: Workers, learningRate: Double) {
    pull(workers, learningRate: learningRate, isDecoupled: isDecoupled)
    var pieces: [StepPiece<Real, AdamStep>] = []
    for index in groups.indices {
      let rate = groups[index].rate.value(learningRate)
      groups[index].lastRate = rate
      for parameter in groups[index].parameters {
        guard let gradient = parameter.usedGradient else { continue }
        let entry = memory.entry(of: parameter, tensors: names.count)
        if entry.count == 0 { for tensor in entry.tensors { tensor.fill(0) } }
        entry.count += 1
        let step = AdamStep(
          settings, learningRate: rate, weightDecay: decay(of: parameter, in: groups[index]),
          isDecoupled: isDecoupled,
          count: entry.count)
        pieces.append(parameter, gradient, state: entry.tensors, step)
      }
    }
    pieces.run(workers) { piece in
      Numbers.adam(
        piece.value, piece.gradient, mean: piece.state[0], square: piece.state[1],
        largest: piece.state.count > 2 ? piece.state[2] : nil, piece.step)
    }
  }

  package func clearState() { memory.clear() }

  package var state: OptimizerState {
    OptimizerState(groups, .adam(settings, decoupled: isDecoupled)) { parameter in
      guard let entry = memory[parameter] else { return nil }
      var state = OptimizerState.Entry(step: entry.count)
      for (name, tensor) in zip(names, entry.tensors) {
        state.tensors[name] = .init(shape: parameter.shape, values: tensor.floats)
      }
      return state
    }
  }

  package func restore(_ state: OptimizerState) throws(CheckpointError) {
    let settings = try state.commonSettings()
    guard case .adam(let new, let decoupled) = settings, decoupled ?? isDecoupled == isDecoupled else {
      throw CheckpointError(
        .misfit, "it is the state of \(settings.className), not of \(isDecoupled ? "AdamW" : "Adam")")
    }
    let names = Array(Self.names.prefix(new.amsgrad ? 3 : 2))
    let entries = try state.entries(
      for: groups, required: names, optional: new.amsgrad ? [] : [Self.names[2]], countsSteps: true)
    self.settings = new
    memory.clear()
    for (parameter, entry) in entries {
      let own = memory.entry(of: parameter, tensors: names.count)
      own.count = entry.step ?? 0
      for (name, tensor) in zip(names, own.tensors) {
        if let values = entry.tensors[name]?.values { tensor.update(from: values) }
      }
    }
    state.copyRates(to: &groups)
  }
}
