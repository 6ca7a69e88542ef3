// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// A checkpoint that a run can go on from: backbone, classifier, optimizer, and where it stood.
package struct ResumePoint: Sendable {
  package let folder: String
  let state: TrainingState

  /// The furthest that an experiment came; nil where it has no such checkpoint yet.
  ///
  /// - Throws: `corrupt` for a state that cannot be read; `misfit` where there are checkpoints, but none to go on from.
  static func furthest(in experiment: String) throws(CheckpointError) -> ResumePoint? {
    let folders = try all(in: experiment)
    if let best = folders.max(by: { $0.state.iteration < $1.state.iteration }) { return best }
    guard let other = try CheckpointFolder.newest(in: experiment) else { return nil }
    throw CheckpointError(
      .misfit, "the checkpoint holds no state to go on from: neither optimizer nor place in the run",
      at: .init(file: other.path),
      hint: "`--start \(ShellWords.safe(Text(other.path)))` begins a new run with its backbone and classifier"
    )
  }

  /// Every checkpoint of an experiment that a run can go on from.
  ///
  /// - Throws: what reading a state throws, with what can be done instead.
  static func all(in experiment: String) throws(CheckpointError) -> [ResumePoint] {
    var found: [ResumePoint] = []
    for folder in try folders(in: experiment) {
      do throws(CheckpointError) {
        guard let state = try TrainingState.read(from: folder) else { continue }
        found.append(ResumePoint(folder: folder, state: state))
      } catch { throw advised(error, about: folder, in: experiment) }
    }
    return found
  }

  /// The folders of checkpoints, each a folder in `models` itself.
  private static func folders(in experiment: String) throws(CheckpointError) -> [String] {
    let models = FilePath.join(experiment, RunFolder.modelsName)
    guard FileSystem.kind(of: experiment) == .folder,
      try FileSystem.kind(of: RunFolder.modelsName, in: experiment) == .folder
    else { return [] }
    var found: [String] = []
    for name in try FileSystem.names(in: models)
    where Text(name).hasPrefix(ThreeDSpeaker.folderPrefix) || name.hasPrefix(CheckpointWriter.stepPrefix) {
      if try FileSystem.kind(of: name, in: models) == .folder { found.append(FilePath.join(models, name)) }
    }
    return found
  }

  /// Reads something of a checkpoint that a run goes on from. What is broken is thrown with what can be done instead.
  static func advising<Result>(
    _ point: ResumePoint?, in experiment: String, _ body: () throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    guard let point else { return try body() }
    do throws(CheckpointError) {
      return try body()
    } catch {
      guard [.corrupt, .unreadable, .limit].contains(error.code) else { throw error }
      throw advised(error, about: point.folder, in: experiment)
    }
  }

  /// The error with the checkpoint that would do in place of a broken one, and how to have it taken.
  private static func advised(
    _ error: CheckpointError, about folder: String, in experiment: String
  ) -> CheckpointError {
    let others = ((try? folders(in: experiment)) ?? []).filter { Text($0) != Text(folder) }
    let points = others.compactMap { other in
      (try? TrainingState.read(from: other)).flatMap { $0 }.map { ResumePoint(folder: other, state: $0) }
    }
    var error = error
    if let best = points.max(by: { $0.state.iteration < $1.state.iteration }) {
      let aside = FilePath.join(FilePath.folder(of: folder), "broken-" + FilePath.name(of: folder))
      error.hint =
        "`mv \(ShellWords.safe(Text(folder))) \(ShellWords.safe(Text(aside)))`, and the run goes on from `\(best.folder)`"
    } else {
      error.hint = error.hint ?? "no checkpoint stands before it: a new run in another folder"
    }
    return error
  }

  /// Whether the checkpoint stands within an epoch.
  var isWithinEpoch: Bool { state.step > 0 }

  /// - Throws: `contradiction` with what differs between the run that wrote the checkpoint and the one that is asked for.
  func check(_ asked: TrainingState) throws(CheckpointError) {
    try state.check(asked, at: folder, hint: "`--start \(ShellWords.safe(Text(folder)))` and another folder")
  }

  /// Sets an optimizer as it was.
  func restore(_ optimizer: any Optimizer<FastKernels>) throws(CheckpointError) {
    let path = FilePath.join(folder, CheckpointWriter.optimizerName)
    do throws(CheckpointError) {
      _ = try FileSystem.kind(of: CheckpointWriter.optimizerName, in: folder)
      let document = try Checkpoint.open(path)
      try optimizer.restore(OptimizerState(document))
    } catch { throw error.at(file: path) }
  }
}
