// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension FinetuneJob {
  /// Where the run stands, with everything that must be the same for it to go on.
  func state(
    epoch: Int, step: Int, best: TrainingState.Best? = nil, sums: [String: Double] = [:]
  ) throws(CheckpointError) -> TrainingState {
    var state = TrainingState(
      method: "finetune", epoch: epoch, step: step, seed: options.seed, stepsPerEpoch: steps,
      batchSize: options.batchSize, schedule: options.scheduleNumbers,
      data: try .init(items: data.count, labels: data.manifest.labels), best: best,
      options: options.fixedWords)
    state.sums = sums
    return state
  }
}
