// SPDX-License-Identifier: Apache-2.0

/// The loops that the operations are made of, each over the rows of one utterance or one group.
///
/// `ReferenceKernels` is the definition, in plain Swift and any precision; `NativeKernels` is the fast form
/// (OpenBLAS and `CKernels`), held against it by the tests. "(+)=" means: set, or add when `accumulate`.
package protocol Kernels: Sendable {
  associatedtype Real: BinaryFloatingPoint & BitwiseCopyable & Sendable
  typealias Matrix = Rows<Real>
  /// Sums over rows are carried in double.
  typealias Sums = Rows<Double>
  /// Where a gradient goes, and whether something is there to add to.
  typealias Target = (rows: Matrix, accumulate: Bool)

  /// c (+)= a b, each factor transposed first if so asked.
  static func multiply(
    _ a: Matrix, transposed: Bool, _ b: Matrix, transposed: Bool, into c: Matrix, accumulate: Bool)

  /// z := activation(z + bias + context); when asked for, each column's mean and sum of squared deviations.
  static func activate(
    _ z: Matrix, bias: Matrix?, context: Matrix?, _ activation: Activation,
    moments: (mean: Sums, squares: Sums)?)
  /// y := a scale + offset, by columns.
  static func affine(_ a: Matrix, scale: Matrix, offset: Matrix, into y: Matrix)
  /// y := activation(z scale + offset + residual), scale and offset by columns.
  static func affineActivate(
    _ z: Matrix, scale: Matrix, offset: Matrix, residual: Matrix?, _ activation: Activation, into y: Matrix)
  /// sum := column sums of d; product := column sums of d (a - mean) inverse. With a gate, d counts where the gate's
  /// activation of a has a slope.
  static func normSums(
    _ d: Matrix, _ a: Matrix, mean: Matrix, inverse: Matrix, gate: AffineGate<Real>?, sum: Sums, product: Sums
  )
  /// d := d where the activation that gave y has a slope, else 0; branch (+)= d; then the sums of `normSums`.
  static func branchSums(
    _ d: Matrix, _ y: Matrix, _ activation: Activation, branch: (rows: Matrix, accumulate: Bool)?,
    _ a: Matrix,
    mean: Matrix, inverse: Matrix, sum: Sums, product: Sums)
  /// d := p d + u (a - mean) + v; sum := column sums. With a gate, d counts where the gate's activation of a has a
  /// slope; without, the result is 0 where the activation that gave a has none.
  static func normBackward(
    _ d: Matrix, _ a: Matrix, mean: Matrix, p: Matrix, u: Matrix, v: Matrix, _ activation: Activation,
    gate: AffineGate<Real>?, sum: Sums)
  /// With d the gradient of y = activation(norm(x)), 0 where the activation has no slope: sum += column sums of d;
  /// product += column sums of d (x - mean) inverse; dx (+)= p d.
  static func activatedNormBackward(
    _ d: Matrix, _ y: Matrix, _ x: Matrix, mean: Matrix, inverse: Matrix, p: Matrix, _ activation: Activation,
    sum: Sums, product: Sums, into dx: Matrix?, accumulate: Bool)

  /// out := x (+ plus) with `padding` more rows at each end.
  static func pad(_ x: Matrix, plus: Matrix?, by padding: Int, _ mode: Padding, into out: Matrix)
  /// dx (+)= what the padding's transpose makes of the padded gradient.
  static func fold(_ padded: Matrix, by padding: Int, _ mode: Padding, into dx: Matrix, accumulate: Bool)
  /// Some outputs of a weight `[out, in taps]` into `[out, taps in]`: `taps` matrices `[out, in]` side by side.
  static func deinterleave(_ weight: Matrix, _ taps: Int, rows: Range<Int>, into packed: Matrix)
  /// And back: weight (+)= packed.
  static func interleave(
    _ packed: Matrix, _ taps: Int, rows: Range<Int>, into weight: Matrix, accumulate: Bool)
  /// The inputs under each tap of the kernel, for some of an utterance's output positions: a row `[taps in]` each.
  static func unfold(_ x: Matrix, _ geometry: Geometry2d, positions: Range<Int>, into columns: Matrix)
  /// dx += the rows of `unfold` put back where they came from.
  static func foldBack(_ columns: Matrix, _ geometry: Geometry2d, positions: Range<Int>, into dx: Matrix)

  /// Whether convolutions over windows are faster here than products of unfolded columns.
  static var prefersWindows: Bool { get }
  /// Some positions of a map with zeros around them; what the window's rows have more than the map's is zero.
  static func window(_ map: Matrix, _ shape: MapWindow, into window: Matrix)
  /// A weight `[out, in taps]` as `product` reads it: the outputs of one block (of `packedBlocks`); transposed,
  /// its inputs are what is put out. `packed` has a row for each (tap, input), of whole vectors.
  static func pack(
    _ weight: Matrix, _ taps: Int, _ order: WindowTaps, transposed: Bool, block: Int, into packed: Matrix)
  static func packedBlocks(_ outputs: Int) -> Int
  /// out (+)= for each position the elements of its runs times the packed weights. The window goes on for
  /// `WindowTaps.slack` rows, or there are at least 24 positions.
  static func product(
    _ window: Matrix, _ runs: [WindowRun], _ packed: Matrix, _ positions: WindowPositions, into out: Matrix,
    accumulate: Bool)
  /// sums += over the rows of d: each element of the position's runs times d. The window goes on for
  /// `WindowTaps.slack` rows; d and sums have whole vectors as rows.
  static func productGradient(_ window: Matrix, _ runs: [WindowRun], _ d: Matrix, into sums: Matrix)
  /// Some outputs of a weight `[out, in taps]` (+)= the sums, which have a row for each (tap, input).
  static func unpack(
    _ sums: Matrix, _ taps: Int, _ order: WindowTaps, rows: Range<Int>, into weight: Matrix, accumulate: Bool)

  /// out (+)= x.
  static func add(_ x: Matrix, into out: Matrix, accumulate: Bool)

  /// mean := column means.
  static func columnMeans(_ x: Matrix, into mean: Matrix)
  /// mean := column means; deviation := the columns' deviation of one form.
  static func deviation(_ x: Matrix, _ form: DeviationForm, mean: Matrix, deviation: Matrix)
  /// dx (+)= the gradient; where the variance is at its floor, it has no slope.
  static func deviationBackward(
    _ x: Matrix, _ form: DeviationForm, mean: Matrix, deviation: Matrix, dMean: Matrix, dDeviation: Matrix,
    into dx: Matrix,
    accumulate: Bool)

  /// out := y gate + residual, the gate by columns.
  static func gate(_ y: Matrix, gate: Matrix, residual: Matrix, into out: Matrix)
  /// dGate := column sums of d y.
  static func gateSums(_ d: Matrix, _ y: Matrix, into dGate: Matrix)
  /// dy (+)= d gate + offset.
  static func gateBackward(_ d: Matrix, gate: Matrix, offset: Matrix, into dy: Matrix, accumulate: Bool)

  /// logits := softmax over the rows of (logits + bias); mean and deviation of x under these weights.
  static func attentivePool(_ logits: Matrix, bias: Matrix?, _ x: Matrix, mean: Matrix, deviation: Matrix)
  /// weights := gradient of the logits; dx (+)= gradient of x; dBias := column sums of the former.
  static func attentivePoolBackward(
    _ weights: Matrix, _ x: Matrix, mean: Matrix, deviation: Matrix, dMean: Matrix, dDeviation: Matrix,
    into dx: Matrix, accumulate: Bool, dBias: Sums?)

  static func tanh(_ x: Matrix, into y: Matrix)
  /// dx (+)= d (1 - y^2).
  static func tanhBackward(_ y: Matrix, _ d: Matrix, into dx: Matrix, accumulate: Bool)
  /// x := 1 / (1 + exp(-x)).
  static func sigmoid(_ x: Matrix)
  /// out := log(x + 1e-6), each column less its mean and over sqrt(biased variance + 1e-5).
  static func logNormalise(_ x: Matrix, into out: Matrix)

  /// mean and deviation, each channels x frequencies, over the frames of a map whose row f * frames + t is (f, t);
  /// deviation := sqrt(unbiased variance + 1e-8).
  static func poolTime(_ x: Matrix, frequencies: Int, mean: Matrix, deviation: Matrix)
  static func poolTimeBackward(
    _ x: Matrix, frequencies: Int, mean: Matrix, deviation: Matrix, dMean: Matrix, dDeviation: Matrix,
    into dx: Matrix, accumulate: Bool)

  /// y := a sigmoid(a) with a = z scale + offset, by columns.
  static func affineSwish(_ z: Matrix, scale: Matrix, offset: Matrix, into y: Matrix)
  /// d := a's gradient, d being that of y.
  static func swishBackward(_ d: Matrix, _ z: Matrix, scale: Matrix, offset: Matrix)
  /// out := x (1 + t) + y (1 - t) with t = tanh(z scale + offset), by columns.
  static func fuse(
    _ x: Matrix, _ y: Matrix, _ z: Matrix, scale: Matrix, offset: Matrix, into out: Matrix)
  /// dx (+)= x's gradient, dy (+)= y's; then d, which was out's, := that of z scale + offset.
  static func fuseBackward(
    _ d: Matrix, _ x: Matrix, _ y: Matrix, _ z: Matrix, scale: Matrix, offset: Matrix, dx: Target?,
    dy: Target?)

  /// y := each row over its length, a length below 1e-12 counting as 1e-12; lengths is one row.
  static func unitRows(_ x: Matrix, into y: Matrix, lengths: Matrix)
  static func unitRowsBackward(
    _ d: Matrix, _ y: Matrix, lengths: Matrix, into dx: Matrix, accumulate: Bool)

  /// y := x Phi(x), Phi the normal distribution function (`torch.nn.GELU`).
  static func gelu(_ x: Matrix, into y: Matrix)
  /// dx (+)= d (Phi(x) + x Phi'(x)).
  static func geluBackward(_ x: Matrix, _ d: Matrix, into dx: Matrix, accumulate: Bool)

  /// y := softmax over each row's columns of (x - centre) / temperature; centre is one row, y may be x.
  static func softmax(_ x: Matrix, minus centre: Matrix?, temperature: Double, into y: Matrix)
  /// dx (+)= scale p (d - the sum over columns of p d); d has one row for all, or one for each.
  static func softmaxBackward(
    _ p: Matrix, _ d: Matrix, scale: Double, into dx: Matrix, accumulate: Bool)
  /// For one row s: the sum over the rows q of targets of -sum q log softmax(s / temperature).
  /// d (+)= scale times its gradient, when there is a d.
  static func softTargets(
    _ s: Matrix, _ targets: Matrix, temperature: Double, scale: Double, into d: Matrix?, accumulate: Bool
  ) -> Double

  /// out := the dot of each row of a with the same row of b; out is one row.
  static func rowDots(_ a: Matrix, _ b: Matrix, into out: Matrix)
  /// y := each row of x times its factor; factors are one row, y may be x.
  static func scaleRows(_ x: Matrix, by factors: Matrix, into y: Matrix)

  /// value := keep value + (1 - keep) other.
  static func average(_ value: Matrix, _ other: Matrix, keep: Double)

  /// One step of stochastic gradient descent as `torch.optim.SGD` takes it; no buffer without momentum.
  static func descend(_ value: Matrix, _ gradient: Matrix, momentum buffer: Matrix?, _ step: SGDStep)
  /// One step as `torch.optim.Adam` or `AdamW` takes it; `largest` for AMSGrad alone.
  static func adam(
    _ value: Matrix, _ gradient: Matrix, mean: Matrix, square: Matrix, largest: Matrix?, _ step: AdamStep)
  /// The sum of the squares of all elements.
  static func squareSum(_ x: Matrix) -> Double
  /// x := x times the factor.
  static func scale(_ x: Matrix, by factor: Double)
}

extension Kernels {
  package static func normSums(
    _ d: Matrix, _ a: Matrix, mean: Matrix, inverse: Matrix, sum: Sums, product: Sums
  ) {
    normSums(d, a, mean: mean, inverse: inverse, gate: nil, sum: sum, product: product)
  }

  package static func normBackward(
    _ d: Matrix, _ a: Matrix, mean: Matrix, p: Matrix, u: Matrix, v: Matrix, _ activation: Activation,
    sum: Sums
  ) {
    normBackward(d, a, mean: mean, p: p, u: u, v: v, activation, gate: nil, sum: sum)
  }
}

/// An activation of a scale + offset, by columns: where it has a slope is told from a, so that its result need not be
/// read again.
package struct AffineGate<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  package let scale: Rows<Real>
  package let offset: Rows<Real>
  package let activation: Activation

  package init(scale: Rows<Real>, offset: Rows<Real>, _ activation: Activation) {
    (self.scale, self.offset, self.activation) = (scale, offset, activation)
  }
}

/// A function beside batch normalisation: the value clamped to a range.
package enum Activation: Sendable, Equatable {
  case none
  case relu
  /// ReLU cut off at 20, as 3D-Speaker's Res2Nets have it (`Hardtanh(0, 20)`).
  case clipped

  /// The range; the slope is 1 strictly inside it and 0 elsewhere.
  var bounds: (low: Double, high: Double) {
    switch self {
    case .none: (-.infinity, .infinity)
    case .relu: (0, .infinity)
    case .clipped: (0, 20)
    }
  }
}

/// A standard deviation: sqrt(max(variance, floor) + epsilon).
package struct DeviationForm: Sendable, Equatable {
  /// Taken off the number of values that the variance divides by (`torch.var`'s `correction`).
  package var correction: Int
  package var floor: Double
  package var epsilon: Double

  /// ECAPA-TDNN's.
  package static let biased = Self(correction: 0, floor: 1e-12, epsilon: 0)
  /// Of at least two values, as TSTP and `torch.std` have it.
  package static func unbiased(epsilon: Double) -> Self {
    Self(correction: 1, floor: 0, epsilon: epsilon)
  }
}

/// What stands beyond the ends of an utterance.
package enum Padding: Sendable {
  /// The utterance mirrored at its first and last frame, which are not repeated.
  case reflect
  case zeros
}
