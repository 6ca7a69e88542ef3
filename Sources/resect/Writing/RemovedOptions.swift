// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `--keep-removed`, of commands whose output may lack something.
struct RemovedOptions: ParsableArguments {
  @Option(
    help: "Write what goes or changes to a file of its own, with which `edit --restore` gives FILE back.",
    completion: .file())
  var keepRemoved: String?

  /// What can be refused before anything is read.
  func checkPath() throws { if let keepRemoved { try OutputPlace.check(keepRemoved) } }

  /// Has a job plan the file, if it was asked for.
  func plan(_ job: inout some RemovingJob) throws {
    guard keepRemoved != nil else { return }
    let progress = Progress("reading")
    try job.keepRemoved { progress.advance($0) }
    progress.finish()
  }
}
