// SPDX-License-Identifier: Apache-2.0
import CKernels

/// The kernels over rows, each a call of its C form.
extension NativeKernels {
  package static func activate(
    _ z: Matrix, bias: Matrix?, context: Matrix?, _ activation: Activation,
    moments: (mean: Sums, squares: Sums)?
  ) {
    let (low, high) = activation.bounds
    unsafe table.activate(
      z.c, bias.c(), context.c(), low, high, (moments?.mean).sums(), (moments?.squares).sums())
  }

  package static func affine(_ a: Matrix, scale: Matrix, offset: Matrix, into y: Matrix) {
    unsafe table.affine(a.c, scale.c, offset.c, y.c)
  }

  package static func affineActivate(
    _ z: Matrix, scale: Matrix, offset: Matrix, residual: Matrix?, _ activation: Activation, into y: Matrix
  ) {
    let (low, high) = activation.bounds
    unsafe table.affine_activate(z.c, scale.c, offset.c, residual.c(), low, high, y.c)
  }

  package static func normSums(
    _ d: Matrix, _ a: Matrix, mean: Matrix, inverse: Matrix, gate: AffineGate<Real>?, sum: Sums, product: Sums
  ) {
    unsafe table.norm_sums(d.c, a.c, mean.c, inverse.c, slope(.none, gate), sum.sums, product.sums)
  }

  package static func branchSums(
    _ d: Matrix, _ y: Matrix, _ activation: Activation, branch: (rows: Matrix, accumulate: Bool)?,
    _ a: Matrix,
    mean: Matrix, inverse: Matrix, sum: Sums, product: Sums
  ) {
    let (low, high) = activation.bounds
    unsafe table.branch_sums(
      d.c, y.c, low, high, (branch?.rows).c(), branch?.accumulate == true ? 1 : 0, a.c, mean.c, inverse.c,
      sum.sums, product.sums)
  }

  package static func normBackward(
    _ d: Matrix, _ a: Matrix, mean: Matrix, p: Matrix, u: Matrix, v: Matrix, _ activation: Activation,
    gate: AffineGate<Real>?, sum: Sums
  ) {
    precondition(gate == nil || activation == .none, "an activation after or before, not both")
    unsafe table.norm_backward(d.c, a.c, mean.c, p.c, u.c, v.c, slope(activation, gate), sum.sums)
  }

  private static func slope(_ activation: Activation, _ gate: AffineGate<Real>?) -> ck_slope {
    let (low, high) = (gate?.activation ?? activation).bounds
    return unsafe ck_slope(scale: (gate?.scale).c(), offset: (gate?.offset).c(), low: low, high: high)
  }

  package static func activatedNormBackward(
    _ d: Matrix, _ y: Matrix, _ x: Matrix, mean: Matrix, inverse: Matrix, p: Matrix, _ activation: Activation,
    sum: Sums, product: Sums, into dx: Matrix?, accumulate: Bool
  ) {
    let (low, high) = activation.bounds
    unsafe table.activated_norm_backward(
      d.c, y.c, x.c, mean.c, inverse.c, p.c, low, high, sum.sums, product.sums, dx.c(), accumulate ? 1 : 0)
  }

  package static func pad(_ x: Matrix, plus: Matrix?, by padding: Int, _ mode: Padding, into out: Matrix) {
    precondition(mode == .zeros || padding < x.rows, "reflection needs more frames than padding")
    unsafe table.pad(x.c, plus.c(), padding, mode == .reflect ? 1 : 0, out.c)
  }

  package static func fold(
    _ padded: Matrix, by padding: Int, _ mode: Padding, into dx: Matrix, accumulate: Bool
  ) {
    unsafe table.fold(padded.c, padding, mode == .reflect ? 1 : 0, dx.c, accumulate ? 1 : 0)
  }

  package static func deinterleave(_ weight: Matrix, _ taps: Int, rows: Range<Int>, into packed: Matrix) {
    unsafe table.deinterleave(weight.c, taps, rows.lowerBound, rows.upperBound, packed.c)
  }

  package static func interleave(
    _ packed: Matrix, _ taps: Int, rows: Range<Int>, into weight: Matrix, accumulate: Bool
  ) {
    unsafe table.interleave(packed.c, taps, rows.lowerBound, rows.upperBound, weight.c, accumulate ? 1 : 0)
  }

  package static func unfold(
    _ x: Matrix, _ geometry: Geometry2d, positions: Range<Int>, into columns: Matrix
  ) {
    unsafe table.unfold(x.c, geometry.c, positions.lowerBound, positions.upperBound, columns.c)
  }

  package static func foldBack(
    _ columns: Matrix, _ geometry: Geometry2d, positions: Range<Int>, into dx: Matrix
  ) {
    unsafe table.fold_back(columns.c, geometry.c, positions.lowerBound, positions.upperBound, dx.c)
  }

  package static func add(_ x: Matrix, into out: Matrix, accumulate: Bool) {
    unsafe table.add(x.c, out.c, accumulate ? 1 : 0)
  }

  package static func columnMeans(_ x: Matrix, into mean: Matrix) {
    unsafe table.column_means(x.c, mean.c)
  }

  package static func deviation(_ x: Matrix, _ form: DeviationForm, mean: Matrix, deviation: Matrix) {
    unsafe table.deviation(x.c, form.c, mean.c, deviation.c)
  }

  package static func deviationBackward(
    _ x: Matrix, _ form: DeviationForm, mean: Matrix, deviation: Matrix, dMean: Matrix, dDeviation: Matrix,
    into dx: Matrix,
    accumulate: Bool
  ) {
    unsafe table.deviation_backward(
      x.c, form.c, mean.c, deviation.c, dMean.c, dDeviation.c, dx.c, accumulate ? 1 : 0)
  }

  package static func gate(_ y: Matrix, gate: Matrix, residual: Matrix, into out: Matrix) {
    unsafe table.gate(y.c, gate.c, residual.c, out.c)
  }

  package static func gateSums(_ d: Matrix, _ y: Matrix, into dGate: Matrix) {
    unsafe table.gate_sums(d.c, y.c, dGate.c)
  }

  package static func gateBackward(
    _ d: Matrix, gate: Matrix, offset: Matrix, into dy: Matrix, accumulate: Bool
  ) {
    unsafe table.gate_backward(d.c, gate.c, offset.c, dy.c, accumulate ? 1 : 0)
  }

  package static func attentivePool(
    _ logits: Matrix, bias: Matrix?, _ x: Matrix, mean: Matrix, deviation: Matrix
  ) {
    unsafe table.pool(logits.c, bias.c(), x.c, mean.c, deviation.c)
  }

  package static func attentivePoolBackward(
    _ weights: Matrix, _ x: Matrix, mean: Matrix, deviation: Matrix, dMean: Matrix, dDeviation: Matrix,
    into dx: Matrix, accumulate: Bool, dBias: Sums?
  ) {
    unsafe table.pool_backward(
      weights.c, x.c, mean.c, deviation.c, dMean.c, dDeviation.c, dx.c, accumulate ? 1 : 0, dBias.sums())
  }

  package static func tanh(_ x: Matrix, into y: Matrix) {
    unsafe table.tanh(x.c, y.c)
  }

  package static func tanhBackward(_ y: Matrix, _ d: Matrix, into dx: Matrix, accumulate: Bool) {
    unsafe table.tanh_backward(y.c, d.c, dx.c, accumulate ? 1 : 0)
  }

  package static func sigmoid(_ x: Matrix) {
    unsafe table.sigmoid(x.c)
  }

  package static func logNormalise(_ x: Matrix, into out: Matrix) {
    unsafe table.log_normalise(x.c, out.c)
  }

  package static func unitRows(_ x: Matrix, into y: Matrix, lengths: Matrix) {
    unsafe table.unit_rows(x.c, y.c, lengths.c)
  }

  package static func unitRowsBackward(
    _ d: Matrix, _ y: Matrix, lengths: Matrix, into dx: Matrix, accumulate: Bool
  ) {
    unsafe table.unit_rows_backward(d.c, y.c, lengths.c, dx.c, accumulate ? 1 : 0)
  }

  package static func descend(
    _ value: Matrix, _ gradient: Matrix, momentum buffer: Matrix?, _ step: SGDStep
  ) {
    unsafe table.sgd(
      value.c, gradient.c, buffer.c(),
      ck_sgd(
        learning_rate: step.learningRate, momentum: step.momentum, dampening: step.dampening,
        weight_decay: step.weightDecay, nesterov: step.nesterov ? 1 : 0, first: step.isFirst ? 1 : 0))
  }

  package static func adam(
    _ value: Matrix, _ gradient: Matrix, mean: Matrix, square: Matrix, largest: Matrix?, _ step: AdamStep
  ) {
    unsafe table.adam(
      value.c, gradient.c, mean.c, square.c, largest.c(),
      ck_adam(
        shrink: step.shrink, decay: step.decay, mean_weight: step.meanWeight, beta2: step.beta2,
        size: step.size, root_correction: step.rootCorrection, epsilon: step.epsilon))
  }

  package static func squareSum(_ x: Matrix) -> Double {
    unsafe table.square_sum(x.c)
  }

  package static func scale(_ x: Matrix, by factor: Double) {
    unsafe table.scale(x.c, factor)
  }
}
