// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CKernels

/// What stands beyond the ends of an utterance.
package enum Padding: Sendable {
  /// The utterance mirrored at its first and last frame, which are not repeated.
  case reflect
  case zeros
}

/// Rows before and after an utterance.
package protocol PaddingKernels: MatrixKernels {
  /// out := x (+ plus) with `padding` more rows at each end.
  static func pad(_ x: Matrix, plus: Matrix?, by padding: Int, _ mode: Padding, into out: Matrix)
  /// dx (+)= what the padding's transpose makes of the padded gradient.
  static func fold(_ padded: Matrix, by padding: Int, _ mode: Padding, into dx: Matrix, accumulate: Bool)
}

extension ReferenceKernels: PaddingKernels {
  package static func pad(_ x: Matrix, plus: Matrix?, by padding: Int, _ mode: Padding, into out: Matrix) {
    for r in 0..<out.rows {
      let source = mirrored(r - padding, rows: x.rows)
      let outside = r < padding || r >= padding + x.rows
      for c in 0..<x.columns {
        out[r, c] = outside && mode == .zeros ? 0 : x[source, c] + (plus?[source, c] ?? 0)
      }
    }
  }

  package static func fold(
    _ padded: Matrix, by padding: Int, _ mode: Padding, into dx: Matrix, accumulate: Bool
  ) {
    if !accumulate { dx.fill(0) }
    for r in 0..<padded.rows {
      if mode == .zeros && (r < padding || r >= padding + dx.rows) { continue }
      for c in 0..<dx.columns { dx[mirrored(r - padding, rows: dx.rows), c] += padded[r, c] }
    }
  }

  /// The row that stands at `row` when the rows 0 ..< `rows` are mirrored at their ends.
  private static func mirrored(_ row: Int, rows: Int) -> Int {
    row < 0 ? min(-row, rows - 1) : row >= rows ? max(2 * (rows - 1) - row, 0) : row
  }
}

extension NativeKernels: PaddingKernels {
  package static func pad(_ x: Matrix, plus: Matrix?, by padding: Int, _ mode: Padding, into out: Matrix) {
    precondition(mode == .zeros || padding < x.rows, "reflection needs more frames than padding")
    unsafe table.pad(x.c, plus.c(), padding, mode == .reflect ? 1 : 0, out.c)
  }

  package static func fold(
    _ padded: Matrix, by padding: Int, _ mode: Padding, into dx: Matrix, accumulate: Bool
  ) {
    unsafe table.fold(padded.c, padding, mode == .reflect ? 1 : 0, dx.c, accumulate ? 1 : 0)
  }
}

extension Tape where Numbers: PaddingKernels {
  /// x + y.
  package func sum(_ x: Variable<Real>, _ y: Variable<Real>) -> Variable<Real> {
    let z = make(
      batch: x.batch, positions: x.positions, channels: x.channels,
      requiresGradient: x.requiresGradient || y.requiresGradient)
    workers.forEach(x.batch, elements: x.elements) { b in
      let rows = x.utterance(b)
      // Padding by nothing.
      Numbers.pad(x.value.rows(rows), plus: y.value.rows(rows), by: 0, .zeros, into: z.value.rows(rows))
    }
    trace { $0.give($0.node("Add", [$0[x], $0[y]]), to: z, $0.layout(of: x)) }
    guard z.requiresGradient else { return z }
    record { [unowned self] in
      guard let d = z.gradient else { return }
      let targets = [x, y].filter(\.requiresGradient).map { $0.claimGradient() }
      workers.forEach(z.batch, elements: z.elements) { b in
        let rows = z.utterance(b)
        for (rows:gradient, accumulate:accumulate) in targets {
          Numbers.add(d.rows(rows), into: gradient.rows(rows), accumulate: accumulate)
        }
      }
    }
    return z
  }
}
