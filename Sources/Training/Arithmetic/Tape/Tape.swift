// SPDX-License-Identifier: Apache-2.0

/// Runs operations and remembers how to go back through them.
///
/// `Numbers` is a set of kernels: plain Swift (the definition), or the fast form in Float or Double.
/// With recording off nothing is remembered, and memory goes back to the arena as soon as a variable dies.
package final class Tape<Numbers: MatrixKernels> {
  package typealias Real = Numbers.Real

  package let workers: Workers
  package let arena: Arena
  package let isRecording: Bool
  /// Batch normalisation takes the batch's own statistics and updates the running ones.
  package let isTraining: Bool
  /// Those whose batches together are the batch; in training alone.
  let processes: any Collective
  /// Where operations write their nodes; nil where none are wanted.
  let graph: GraphTrace<Numbers.Real>?
  /// What tapes over the same weights share; nil where weights change between one tape and the next.
  let packed: PackedWeights<Numbers.Real>?
  private var steps: [() -> Void] = []

  package init(
    _ machine: Machine, training: Bool, recording: Bool? = nil, packed: PackedWeights<Numbers.Real>? = nil,
    graph: GraphTrace<Numbers.Real>? = nil
  ) {
    self.workers = machine.workers
    self.arena = machine.arena
    self.isTraining = training
    self.processes = training ? machine.processes : SingleProcess.shared
    self.isRecording = recording ?? training
    self.packed = packed
    self.graph = graph
  }

  /// A new variable with undefined values.
  package func make(
    batch: Int, positions: Int, channels: Int, requiresGradient: Bool
  ) -> Variable<Real> {
    let tensor = Tensor<Real>(
      arena, rows: batch * positions, columns: channels, requiresGradient: requiresGradient && isRecording)
    return Variable(tensor, batch: batch, positions: positions)
  }

  /// Utterances x positions x channels, row by row, as a variable without a gradient.
  package func input(_ values: [Float], batch: Int, positions: Int, channels: Int) -> Variable<Real> {
    let variable = make(batch: batch, positions: positions, channels: channels, requiresGradient: false)
    variable.value.update(from: values)
    return variable
  }

  /// Writes the nodes of one operation, on a tape that traces a graph.
  func trace(_ write: (GraphTrace<Real>) -> Void) {
    if let graph { write(graph) }
  }

  /// Remembers how one operation goes back.
  package func record(_ step: @escaping () -> Void) {
    if isRecording { steps.append(step) }
  }

  /// Runs every step back, last first; each is forgotten, with the memory it held, once it has run.
  package func backward() {
    while let step = steps.popLast() { step() }
  }

  /// Utterances in one product: about 768 rows, in four to eight groups, whatever the number of workers,
  /// so that a result does not depend on it. A product packs its weight anew: over fewer rows that would weigh too much,
  /// and more groups than eight would be more sums to hold and to add.
  func groupSize(_ x: Variable<Real>) -> Int {
    let groups = min(8, max(4, x.rows / 768))
    return max(1, (x.batch + groups - 1) / groups)
  }
}

/// What the operations run on: threads and memory, and the other processes that train with this one.
package final class Machine {
  package let workers: Workers
  package let arena: Arena
  package let processes: any Collective

  package init(workers: Int? = nil, processes: any Collective = SingleProcess.shared) {
    self.workers = Workers(workers)
    self.processes = processes
    self.arena = Arena()
  }

  /// One whose tapes take the memory that they would on `workers` threads, and compute nothing. Networks and their
  /// running statistics stay as they are; gradients are claimed, and have to be cleared.
  package init(planningFor workers: Int?) {
    self.workers = Workers(workers, idle: true)
    self.processes = SingleProcess.shared
    self.arena = Arena(planned: true)
  }
}
