// SPDX-License-Identifier: Apache-2.0
import CKernels

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

/// Activations beside affine maps, by columns: what normalisation and biases are applied with.
package protocol ActivationKernels: MatrixKernels {
  /// z := activation(z + bias + context); when asked for, each column's mean and sum of squared deviations.
  static func activate(
    _ z: Matrix, bias: Matrix?, context: Matrix?, _ activation: Activation,
    moments: (mean: Sums, squares: Sums)?)
  /// y := a scale + offset, by columns.
  static func affine(_ a: Matrix, scale: Matrix, offset: Matrix, into y: Matrix)
  /// y := activation(z scale + offset + residual), scale and offset by columns.
  static func affineActivate(
    _ z: Matrix, scale: Matrix, offset: Matrix, residual: Matrix?, _ activation: Activation, into y: Matrix)
}

extension ReferenceKernels: ActivationKernels {
  package static func activate(
    _ z: Matrix, bias: Matrix?, context: Matrix?, _ activation: Activation,
    moments: (mean: Sums, squares: Sums)?
  ) {
    let (low, high) = activation.bounds
    each(z) { r, c in
      let a = z[r, c] + (bias?[0, c] ?? 0) + (context?[0, c] ?? 0)
      z[r, c] = a < Real(low) ? Real(low) : a > Real(high) ? Real(high) : a
    }
    guard let moments else { return }
    for c in 0..<z.columns {
      let mean = sum(z.rows) { Double(z[$0, c]) } / Double(z.rows)
      moments.mean[0, c] = mean
      moments.squares[0, c] = sum(z.rows) { (Double(z[$0, c]) - mean) * (Double(z[$0, c]) - mean) }
    }
  }

  package static func affine(_ a: Matrix, scale: Matrix, offset: Matrix, into y: Matrix) {
    each(a) { y[$0, $1] = a[$0, $1] * scale[0, $1] + offset[0, $1] }
  }

  package static func affineActivate(
    _ z: Matrix, scale: Matrix, offset: Matrix, residual: Matrix?, _ activation: Activation, into y: Matrix
  ) {
    let (low, high) = activation.bounds
    each(z) { r, c in
      let a = z[r, c] * scale[0, c] + offset[0, c] + (residual?[r, c] ?? 0)
      y[r, c] = a < Real(low) ? Real(low) : a > Real(high) ? Real(high) : a
    }
  }
}

extension NativeKernels: ActivationKernels {
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
}
