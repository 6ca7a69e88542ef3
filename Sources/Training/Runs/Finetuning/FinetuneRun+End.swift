// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// What is made of the checkpoints when the last epoch is over: all of it again where a run that was over goes on.
extension FinetuneRun {
  mutating func finish() throws(CheckpointError) {
    if let average = job.options.average { try write(average) }
  }

  private mutating func write(_ average: EpochAverage) throws(CheckpointError) {
    let folder = job.writer.averageFolder(average)
    let points = averaged
    if job.writes, !points.isEmpty { try job.writer.write(average: folder, of: points) }
    // The others read what the first one has written by now.
    let epochs = points.map(\.state.epoch)
    guard job.processes.sum([Double(epochs.count)])[0] > 0 else { return }
    let report = AverageReport(folder: folder, epochs: epochs, judgement: try judgement(of: folder))
    if job.writes { tell(report) }
  }

  /// What a folder with a backbone and a classifier comes to.
  private func judgement(of folder: String) throws(CheckpointError) -> EpochJudgement {
    let name = ThreeDSpeaker.file(ThreeDSpeaker.classifier).shown
    let network = try BackboneFile(folder).network(front: job.front)
    let classifier = try ClassifierFile(FilePath.join(folder, name)).classifier(FastKernels.self)
    return try EpochJudge(job, network, classifier, isStill: false).judge()
  }
}
