// SPDX-License-Identifier: Apache-2.0

/// RDINO's regularisers (Chen et al., "Pushing the limits of self-supervised speaker verification using regularized
/// distillation framework", 2023) as `RegLoss` of 3D-Speaker's `dino_loss.py` computes them: every dimension shall
/// have a deviation of at least 1 over the batch, and no two shall covary.
package struct RegLoss: Sendable, Equatable {
  /// `std_coeff`.
  package var deviation = 10.0
  /// `cov_coeff`.
  package var covariance = 1.0
  /// What upstream divides the covariances by: the head's `out_dim`, not the number of dimensions.
  package var outputs: Int

  package init(outputs: Int, deviation: Double = 10, covariance: Double = 1) {
    self.outputs = outputs
    self.deviation = deviation
    self.covariance = covariance
  }

  /// The loss of a batch; its gradient times `weight` is put into the student's. Of several processes each has its share
  /// of the batch, and the loss is that of all.
  ///
  /// - Parameters:
  ///   - student: the head's regularised output, crop after crop, each of `batch` rows; at least two rows.
  ///   - teacher: the same of the teacher. It only adds to the value.
  package func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, student: Variable<Numbers.Real>, teacher: Variable<Numbers.Real>, batch: Int,
    weight: Double
  ) -> Double {
    let own = CenteredCrops(tape, student.value, batch: batch)
    let other = CenteredCrops(tape, teacher.value, batch: batch)
    let value =
      deviation * (own.deviationLoss + other.deviationLoss)
      + covariance * (own.covariances + other.covariances) / Double(outputs)
    if student.requiresGradient {
      own.backward(
        tape, deviation: weight * deviation, covariance: weight * covariance / Double(outputs), into: student)
    }
    return value
  }
}

/// The mean of an utterance's crops, less its mean over the batch: batch x dimensions.
///
/// Of the covariance matrix C = x^T x / (n - 1) only sums of squares are wanted, and these are those of the
/// n x n matrix x x^T: at 8192 dimensions C itself would have 67 million entries.
private final class CenteredCrops<Numbers: Kernels> {
  typealias Real = Numbers.Real

  /// Of all processes.
  private let gathered: SharedRows<Real>
  private var x: Rows<Real> { gathered.rows }
  private let gram: Rows<Real>
  private let crops: Int
  /// Each dimension's sum of squares.
  private let squares: [Double]

  private static var slice: Int { 1024 }

  init(_ tape: Tape<Numbers>, _ rows: Rows<Real>, batch: Int) {
    let size = batch * tape.processes.count
    precondition(size > 1 && rows.rows % batch == 0, "whole crops of at least two utterances")
    let crops = rows.rows / batch
    self.crops = crops
    gram = Rows(tape.arena, size, size)
    let mine = Rows<Real>(tape.arena, batch, rows.columns)
    tape.workers.forEach(rows.columns, by: Self.slice, elements: 2 * rows.rows * rows.columns) { range in
      for crop in 0..<crops {
        Numbers.add(
          rows.rows((crop * batch)..<((crop + 1) * batch)).columns(range), into: mine.columns(range),
          accumulate: crop > 0)
      }
    }
    gathered = SharedRows(tape, mine)
    let x = gathered.rows
    let moments = Rows<Double>(tape.arena, 2, rows.columns)
    let lines = Rows<Real>(tape.arena, 2, rows.columns)
    tape.workers.forEach(x.columns, by: Self.slice, elements: 4 * x.rows * x.columns) { range in
      let own = x.columns(range)
      let (mean, square) = (moments.row(0).columns(range), moments.row(1).columns(range))
      Numbers.activate(own, bias: nil, context: nil, .none, moments: (mean, square))
      for c in range {
        lines[0, c] = 1 / Real(crops)
        lines[1, c] = Real(-moments[0, c] / Double(crops))
      }
      Numbers.affine(
        own, scale: lines.row(0).columns(range), offset: lines.row(1).columns(range), into: own)
    }
    Numbers.multiply(x, transposed: false, x, transposed: true, into: gram, accumulate: false)
    squares = moments.row(1).elements.map { $0 / Double(crops * crops) }
  }

  private var degrees: Double { Double(x.rows - 1) }

  private func deviation(_ square: Double) -> Double { (square / degrees + 1e-4).squareRoot() }

  /// mean(relu(1 - deviation)) / 2.
  var deviationLoss: Double {
    squares.reduce(0) { $0 + max(0, 1 - deviation($1)) } / Double(2 * squares.count)
  }

  /// The sum of the squares of the covariances of different dimensions.
  var covariances: Double {
    let all = gram.elements.reduce(0) { $0 + Double($1) * Double($1) }
    return (all - squares.reduce(0) { $0 + $1 * $1 }) / (degrees * degrees)
  }

  /// Puts into the crops the gradient of `deviation` times the one and `covariance` times the other loss. It has
  /// no mean over the batch, so that centring takes nothing from it.
  func backward(
    _ tape: Tape<Numbers>, deviation weight: Double, covariance: Double, into variable: Variable<Real>
  ) {
    let fourfold = 4 * covariance / (degrees * degrees * Double(crops))
    let (own, none) = (Rows<Real>(tape.arena, 1, x.columns), Rows<Real>(tape.arena, 1, x.columns))
    for (c, square) in squares.enumerated() {
      let deviation = deviation(square)
      let pull = deviation < 1 ? weight / (2 * Double(squares.count * crops) * degrees * deviation) : 0
      own[0, c] = Real(-pull - fourfold * square)
    }
    none.fill(0)
    let mine = gathered.own
    let products = Rows<Real>(tape.arena, mine.count, x.rows)
    for (r, row) in mine.enumerated() {
      for c in 0..<x.rows { products[r, c] = Real(fourfold) * gram[row, c] }
    }
    let d = Rows<Real>(tape.arena, mine.count, x.columns)
    let (gradient, accumulate) = variable.claimGradient()
    let (x, crops) = (x, crops)
    tape.workers.forEach(x.columns, by: Self.slice, elements: mine.count * x.rows * x.columns) { range in
      let part = d.columns(range)
      Numbers.multiply(
        products, transposed: false, x.columns(range), transposed: false, into: part, accumulate: false)
      Numbers.gateBackward(
        x.rows(mine).columns(range), gate: own.columns(range), offset: none.columns(range), into: part,
        accumulate: true)
      for crop in 0..<crops {
        let rows = (crop * mine.count)..<((crop + 1) * mine.count)
        Numbers.add(part, into: gradient.rows(rows).columns(range), accumulate: accumulate)
      }
    }
  }
}
