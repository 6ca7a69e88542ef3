// SPDX-License-Identifier: Apache-2.0

/// The rows of all processes, in the order of ranks: what a loss sees that compares every row with every other. Each
/// process computes all of it, and keeps what is its own.
struct SharedRows<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  /// On a single process the rows that were given, not copies.
  let rows: Rows<Real>
  /// Which of them are this process's.
  let own: Range<Int>

  init<Numbers: MatrixKernels>(_ tape: Tape<Numbers>, _ mine: Rows<Real>) where Numbers.Real == Real {
    let processes = tape.processes
    guard processes.isShared else {
      (rows, own) = (mine, 0..<mine.rows)
      return
    }
    rows = Rows(tape.arena, processes.count * mine.rows, mine.columns)
    rows.update(rowByRow: processes.gather(mine.elements)[...])
    own = processes.rank * mine.rows..<(processes.rank + 1) * mine.rows
  }
}
