// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

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
