// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension FinetuneJob {
  /// Trains and writes checkpoints. Of several processes the first writes.
  ///
  /// - Throws: `overflow` where the loss is no number any more; what reading the data and writing throws.
  package func run(_ observer: some FinetuneObserver) throws(CheckpointError) -> FinetuneReport {
    let record = try provenance()
    var run = try FinetuneRun(self, observer)
    for epoch in clock.epochs {
      guard run.report.stop == nil else { break }
      try run.go(through: epoch)
    }
    try run.finish()
    if let record {
      try record.finish(checkpoints: run.standing + run.report.merged)
      observer.wrote(record.path)
    }
    return run.report
  }

  /// How the run's figures go on.
  var logStart: RunLog.Start {
    guard let resumed else { return .fresh(replacing: options.isBeside || options.resumes) }
    let goesOn = resumed.isWithinEpoch && !clock.epochs.isEmpty
    return .resuming(iteration: clock.first, within: goesOn ? firstEpoch : nil)
  }

  func beginWriting() throws(CheckpointError) {
    guard let resumed else { return try writer.begin() }
    OutputFolder.sweep(writer.models)
    // The process may have been killed between a checkpoint and the note about it.
    if let best = resumed.state.best, best.epoch == resumed.state.epoch, !resumed.isWithinEpoch {
      try writer.note(best, in: resumed.folder)
    }
  }
}
