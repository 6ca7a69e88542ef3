// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension Tape where Numbers: NormKernels {
  /// Bias, activation and batch normalisation, in that order (as ECAPA-TDNN has them):
  /// y = norm(activation(z + bias + context)), `context` having one row for each utterance.
  ///
  /// Takes z over: its memory then holds the activated values, and its gradient is made in place of y's.
  /// `target` may name where y goes, such as some channels of a concatenation.
  package func normalise(
    _ z: Variable<Real>, bias: Variable<Real>? = nil, context: Variable<Real>? = nil,
    _ activation: Activation, _ norm: BatchNorm<Real>, into target: Variable<Real>? = nil
  ) -> Variable<Real> {
    let (y, usesBatch, needsGradient) = normed(z, norm, [bias, context], into: target)
    let scale = normScale(norm, of: z, bias: bias, context: context, activation, usesBatch: usesBatch)
    workers.forEach(z.batch, elements: z.elements) { b in
      Numbers.affine(
        z.value.rows(z.utterance(b)), scale: scale.scale, offset: scale.offset,
        into: y.value.rows(y.utterance(b)))
    }
    trace { graph in
      let layout = graph.layout(of: z)
      var value = graph.addBias(graph[z], bias)
      if let context { value = graph.node("Add", [value, graph[context]]) }
      graph.give(graph.norm(graph.activation(value, activation), norm), to: y, layout)
    }
    guard needsGradient else { return y }
    record { [unowned self] in
      guard let d = y.gradient else { return }
      let needsSlopes =
        z.requiresGradient || bias?.requiresGradient == true || context?.requiresGradient == true
      guard
        let sums = normBackward(d, z, norm, scale, activation, usesBatch: usesBatch, slopes: needsSlopes)
      else { return }
      if let bias { deposit(sums.total(0, of: 2), into: bias) }
      if let context, context.requiresGradient { depositRows(sums, into: context) }
      z.tensor.adopt(d)
    }
    return y
  }

  /// Batch normalisation and activation, in that order (as two-dimensional networks have them):
  /// y = activation(norm(z) + residual).
  ///
  /// Takes z's gradient over: it is made in place of y's. `target` may name where y goes.
  package func normalise(
    _ z: Variable<Real>, _ norm: BatchNorm<Real>, then activation: Activation,
    plus residual: Variable<Real>? = nil, into target: Variable<Real>? = nil
  ) -> Variable<Real> {
    let (y, usesBatch, needsGradient) = normed(z, norm, [residual], into: target)
    let scale = normScale(norm, of: z, usesBatch: usesBatch)
    workers.forEach(z.batch, elements: z.elements) { b in
      let rows = z.utterance(b)
      Numbers.affineActivate(
        z.value.rows(rows), scale: scale.scale, offset: scale.offset, residual: residual?.value.rows(rows),
        activation, into: y.value.rows(rows))
    }
    trace { graph in
      let layout = graph.layout(of: z)
      var value = graph.norm(graph[z], norm)
      if let residual { value = graph.node("Add", [value, graph[residual]]) }
      graph.give(graph.activation(value, activation), to: y, layout)
    }
    guard needsGradient else { return y }
    record { [unowned self] in
      guard let d = y.gradient else { return }
      // What a residual has a part in is not told from z alone.
      let cut = residual == nil ? Cut.told(activation) : .read(y, activation, branch: residual)
      guard
        normBackward(d, z, norm, scale, .none, cut, usesBatch: usesBatch, slopes: z.requiresGradient) != nil
      else { return }
      z.tensor.adopt(d)
    }
    return y
  }

  /// What every normalisation begins with: where its result goes, whether by the batch's own statistics, and whether
  /// there is a way back. Without one z is not needed again, and the result takes its place.
  ///
  /// - Parameter others: what else the result is made of.
  func normed(
    _ z: Variable<Real>, _ norm: BatchNorm<Real>, _ others: [Variable<Real>?],
    into target: Variable<Real>? = nil
  ) -> (y: Variable<Real>, usesBatch: Bool, needsGradient: Bool) {
    precondition(z.channels == z.tensor.value.columns, "a whole tensor, since its gradient is replaced")
    let needsGradient =
      isRecording && ([z] + norm.variables + others.compactMap(\.self)).contains(where: \.requiresGradient)
    if let target, needsGradient { target.tensor.requiresGradient = true }
    let y =
      target
      ?? (needsGradient
        ? make(batch: z.batch, positions: z.positions, channels: z.channels, requiresGradient: true) : z)
    return (y, isTraining && !norm.keepsStatistics, needsGradient)
  }

  /// How the gradient of an activation after the norm becomes that of the norm's output.
  enum Cut {
    /// By the activation of what z gives.
    case told(Activation)
    /// By its result y; the branch gets the same gradient.
    case read(Variable<Real>, Activation, branch: Variable<Real>?)
  }

  /// From the gradient of a norm's output, in place, to that of what was activated before it; the weight and the bias
  /// get theirs. Each utterance's column sums of the result; nil where its slopes are not asked for.
  func normBackward(
    _ d: Rows<Real>, _ z: Variable<Real>, _ norm: BatchNorm<Real>, _ scale: NormScale<Real>,
    _ activation: Activation, _ cut: Cut = .told(.none), usesBatch: Bool, slopes needsSlopes: Bool
  ) -> UtteranceSums? {
    let sums = perUtterance(z.batch, 2, z.channels)
    var gate: AffineGate<Real>?
    if case .told(let after) = cut, after != .none {
      gate = AffineGate(scale: scale.scale, offset: scale.offset, after)
    }
    var branch: (rows: Rows<Real>, accumulate: Bool)?
    if case .read(_, _, let residual?) = cut, residual.requiresGradient { branch = residual.claimGradient() }
    workers.forEach(z.batch, elements: z.elements) { b in
      let (rows, sum, product) = (z.utterance(b), sums.row(2 * b), sums.row(2 * b + 1))
      switch cut {
      case .told:
        Numbers.normSums(
          d.rows(rows), z.value.rows(rows), mean: scale.mean, inverse: scale.inverse, gate: gate, sum: sum,
          product: product)
      case .read(let y, let after, _):
        Numbers.branchSums(
          d.rows(rows), y.value.rows(rows), after, branch: branch.map { ($0.rows.rows(rows), $0.accumulate) },
          z.value.rows(rows), mean: scale.mean, inverse: scale.inverse, sum: sum, product: product)
      }
    }
    let (total, product) = (sums.total(0, of: 2), sums.total(1, of: 2))
    if let weight = norm.weight { deposit(product, into: weight.variable) }
    if let shift = norm.bias { deposit(total, into: shift.variable) }
    guard needsSlopes else { return nil }
    let all = usesBatch ? overProcesses(rows: z.rows, sum: total, product: product) : nil
    let slopes = scale.slopes(
      sum: all?.sum ?? total, product: all?.product ?? product, rows: all?.rows)
    workers.forEach(z.batch, elements: z.elements) { b in
      Numbers.normBackward(
        d.rows(z.utterance(b)), z.value.rows(z.utterance(b)), mean: scale.mean, p: slopes.p,
        u: slopes.u, v: slopes.v, activation, gate: gate, sum: sums.row(2 * b))
    }
    return sums
  }

  /// Activates z in place, where there is something to do; the affine map that the normalisation is, with the
  /// statistics of the batch, which the running ones follow, or with the running ones.
  func normScale(
    _ norm: BatchNorm<Real>, of z: Variable<Real>, bias: Variable<Real>? = nil,
    context: Variable<Real>? = nil, _ activation: Activation = .none, usesBatch: Bool
  ) -> NormScale<Real> {
    let parts = usesBatch ? perUtterance(z.batch, 2, z.channels) : nil
    if usesBatch || bias != nil || context != nil || activation != .none {
      workers.forEach(z.batch, elements: z.elements) { b in
        Numbers.activate(
          z.value.rows(z.utterance(b)), bias: bias?.value, context: context?.value.row(b), activation,
          moments: parts.map { ($0.row(2 * b), $0.row(2 * b + 1)) })
      }
    }
    let statistics = parts.map {
      overProcesses(BatchStatistics(parts: $0, batch: z.batch, rowsEach: z.positions))
    }
    if let statistics { track(statistics, norm) }
    return NormScale(arena, norm, batch: statistics)
  }

  /// Moves a norm's running statistics towards a batch's, unless memory is only planned.
  func track(_ statistics: BatchStatistics, _ norm: BatchNorm<Real>) {
    guard !workers.areIdle else { return }
    norm.track(mean: statistics.mean, squares: statistics.squares, count: statistics.count)
  }

  private func perUtterance(_ batch: Int, _ kinds: Int, _ channels: Int) -> UtteranceSums {
    UtteranceSums(arena, batch: batch, kinds: kinds, channels: channels)
  }

  /// gradient (+)= values, unless the parameter is frozen.
  func deposit(_ values: [Double], into variable: Variable<Real>) {
    guard variable.requiresGradient else { return }
    let (gradient, accumulate) = variable.claimGradient()
    for c in values.indices { gradient[0, c] = (accumulate ? gradient[0, c] : 0) + Real(values[c]) }
  }

  private func depositRows(_ sums: UtteranceSums, into context: Variable<Real>) {
    let (gradient, accumulate) = context.claimGradient()
    for b in 0..<context.batch {
      let row = sums.row(2 * b)
      for c in 0..<context.channels {
        gradient[b, c] = (accumulate ? gradient[b, c] : 0) + Real(row[0, c])
      }
    }
  }
}
