// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// A checkpoint that a run can go on from: backbone, classifier, optimiser, and where it stood.
struct ResumePoint: Sendable {
  let folder: String
  let state: TrainingState

  /// The furthest that an experiment came; nil where it has no such checkpoint yet.
  ///
  /// - Throws: `corrupt` for a state that cannot be read; `misfit` where there are checkpoints, but none to go on from.
  static func furthest(in experiment: String) throws(CheckpointError) -> ResumePoint? {
    let folders = try all(in: experiment)
    if let best = folders.max(by: { $0.state.iteration < $1.state.iteration }) { return best }
    guard let other = try CheckpointFolder.newest(in: experiment) else { return nil }
    throw CheckpointError(
      .misfit, "the checkpoint holds no state to go on from: neither optimiser nor place in the run",
      at: .init(file: other.path),
      hint: "`--start \(ShellWords.safe(Text(other.path)))` begins a new run with its backbone and classifier")
  }

  /// Every checkpoint of an experiment that a run can go on from.
  static func all(in experiment: String) throws(CheckpointError) -> [ResumePoint] {
    let models = FilePath.join(experiment, "models")
    guard FileSystem.kind(of: models) == .folder else { return [] }
    var found: [ResumePoint] = []
    for name in try FileSystem.names(in: models)
    where Text(name).hasPrefix(ThreeDSpeaker.folderPrefix) || name.hasPrefix(CheckpointWriter.stepPrefix) {
      let folder = FilePath.join(models, name)
      guard let state = try TrainingState.read(from: folder) else { continue }
      found.append(ResumePoint(folder: folder, state: state))
    }
    return found
  }

  /// Whether the checkpoint stands within an epoch.
  var isWithinEpoch: Bool { state.step > 0 }

  /// - Throws: `contradiction` with what differs between the run that wrote the checkpoint and the one that is asked for.
  func check(_ asked: TrainingState) throws(CheckpointError) {
    try state.check(asked, at: folder, hint: "`--start \(ShellWords.safe(Text(folder)))` and another folder")
  }

  /// Sets an optimiser as it was.
  func restore(_ optimiser: any Optimiser<FastKernels>) throws(CheckpointError) {
    let path = FilePath.join(folder, CheckpointWriter.optimiserName)
    do throws(CheckpointError) {
      let document = try Checkpoint.open(path)
      try optimiser.restore(OptimiserState(document))
    } catch { throw error.at(file: path) }
  }
}
