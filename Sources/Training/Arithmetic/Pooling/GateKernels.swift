// SPDX-License-Identifier: Apache-2.0
import CKernels

/// The last pass of a squeeze-and-excitation block, and its way back.
package protocol GateKernels: MatrixKernels {
  /// out := y gate + residual, the gate by columns.
  static func gate(_ y: Matrix, gate: Matrix, residual: Matrix, into out: Matrix)
  /// dGate := column sums of d y.
  static func gateSums(_ d: Matrix, _ y: Matrix, into dGate: Matrix)
  /// dy (+)= d gate + offset.
  static func gateBackward(_ d: Matrix, gate: Matrix, offset: Matrix, into dy: Matrix, accumulate: Bool)
}

extension ReferenceKernels: GateKernels {
  package static func gate(_ y: Matrix, gate: Matrix, residual: Matrix, into out: Matrix) {
    each(y) { out[$0, $1] = y[$0, $1] * gate[0, $1] + residual[$0, $1] }
  }

  package static func gateSums(_ d: Matrix, _ y: Matrix, into dGate: Matrix) {
    for c in 0..<d.columns {
      dGate[0, c] = Real(sum(d.rows) { Double(d[$0, c] * y[$0, c]) })
    }
  }

  package static func gateBackward(
    _ d: Matrix, gate: Matrix, offset: Matrix, into dy: Matrix, accumulate: Bool
  ) {
    each(d) { dy[$0, $1] = (accumulate ? dy[$0, $1] : 0) + d[$0, $1] * gate[0, $1] + offset[0, $1] }
  }
}

extension NativeKernels: GateKernels {
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
}
