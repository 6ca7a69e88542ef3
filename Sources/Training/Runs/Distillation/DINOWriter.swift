// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Writes `<experiment>/models/checkpoint.pth` as upstream's trainers do, replacing it whole, and every some epochs
/// `checkpoint<epoch>.pth` beside it.
struct DINOWriter: Sendable {
  let experiment: String
  private let keepEvery: Int

  init(_ experiment: String, keepEvery: Int) {
    self.experiment = experiment
    self.keepEvery = keepEvery
  }

  static let newestName = "checkpoint.pth"
  /// What a run replaces, by paths in its folder.
  static let replaced = ["\(RunFolder.modelsName)/\(newestName)", MetricsFile.name]
  private var models: String { FilePath.join(experiment, RunFolder.modelsName) }
  var newest: String { FilePath.join(models, Self.newestName) }

  /// - Throws: `wouldOverwrite` where the experiment has another run's checkpoint.
  func check(origin: String?, replaces: Bool) throws(CheckpointError) {
    try RunFolder.check(experiment, files: Self.replaced)
    guard FileSystem.kind(of: newest) != .absent, !replaces, !isOwn(origin) else { return }
    throw CheckpointError(
      .wouldOverwrite, "the experiment has a checkpoint already", at: .init(file: newest),
      hint: "--resume \(ShellWords.safe(Text(newest))) to go on, another folder, or --force to replace it")
  }

  /// Whether a run goes on in the experiment that its file is from.
  func isOwn(_ origin: String?) -> Bool {
    guard let origin, let file = try? InputFile(path: origin), let own = try? InputFile(path: newest) else {
      return false
    }
    return file.status.device == own.status.device && file.status.inode == own.status.inode
  }

  /// Makes sure that what a run begins with is there when its statement is written.
  ///
  /// - Throws: `contradiction` where the run would replace it.
  func checkStays(_ origin: String?) throws(CheckpointError) {
    guard isOwn(origin) else { return }
    throw CheckpointError(
      .contradiction,
      "a statement cannot tell what the run began with, since it replaces the checkpoint that it goes on from",
      at: .init(file: newest),
      hint: "--init rdino or sdpn beside --resume if the run began with nothing; another folder if not")
  }

  func begin() throws(CheckpointError) { try FileSystem.makeFolders(models) }

  /// Writes the state within an epoch or after one; gives the files.
  ///
  /// - Parameter epoch: the epoch that is over, counted from 0; nil within one.
  func write(_ document: Document, after epoch: Int?) throws(CheckpointError) -> [String] {
    var written = [newest]
    if let epoch, keepEvery > 0, epoch % keepEvery == 0 {
      let digits = String(epoch)
      let name = "checkpoint" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ".pth"
      written.append(FilePath.join(models, name))
      try DINOCheckpoint.write(document, to: written[1])
    }
    // Last: a run that was killed between the two goes on from the one before, and writes both.
    try DINOCheckpoint.write(document, to: newest)
    return written
  }
}
