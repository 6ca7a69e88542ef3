// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension FinetuneJob {
  /// Where the run stands, with everything that must be the same for it to go on.
  func state(
    epoch: Int, step: Int, best: TrainingState.Best? = nil, figure: Double? = nil,
    sums: [String: Double] = [:]
  ) throws(CheckpointError) -> TrainingState {
    var state = TrainingState(
      method: "finetune", epoch: epoch, step: step, seed: options.seed, stepsPerEpoch: steps,
      batchSize: options.batchSize, schedule: options.scheduleNumbers,
      data: try .init(items: data.count, labels: data.manifest.labels), best: best,
      options: options.fixedWords)
    state.options["the start"] = begun.map { "weights of SHA-256 \($0.digest)" }
    state.figure = figure
    state.sums = sums
    return state
  }
}

/// What is there to do only where several processes train together.
extension FinetuneJob {
  /// One process writes for all.
  var writes: Bool { processes.rank == 0 }

  /// Makes sure that all processes are about to make the same run.
  ///
  /// - Throws: `contradiction`, in every process, where they are not.
  package func checkSameRun() throws(CheckpointError) {
    let (epoch, step) = resumed.map { ($0.state.epoch, $0.state.step) } ?? (0, 0)
    try processes.checkSame(state(epoch: epoch, step: step, best: resumed?.state.best))
  }
}
