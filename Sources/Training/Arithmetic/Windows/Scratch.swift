// SPDX-License-Identifier: Apache-2.0

/// Memory that each worker has a part of, for the item that it runs. Nothing may depend on what is in it.
struct Scratch<Numbers: MatrixKernels> {
  private let workers: Workers
  private let parts: Rows<Numbers.Real>

  /// Each part has `rows` rows.
  init(_ tape: Tape<Numbers>, rows: Int, columns: Int) {
    workers = tape.workers
    parts = Rows(tape.arena, workers.count * rows, columns)
  }

  /// The part of the worker that asks.
  var own: Rows<Numbers.Real> {
    let rows = parts.rows / workers.count
    return parts.rows((workers.seat * rows)..<((workers.seat + 1) * rows))
  }
}
