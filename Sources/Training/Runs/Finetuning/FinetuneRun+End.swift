// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// What is made of the checkpoints when the last epoch is over: all of it again where a run that was over goes on.
extension FinetuneRun {
  mutating func finish() throws(CheckpointError) {
    var end = RunEnd(network: job.model.network, classifier: job.model.classifier, folder: nil)
    if let average = job.options.average { end = try write(average) ?? end }
    if job.options.blends, let begun = job.begun { try blend(from: begun, to: end) }
  }

  /// What the average comes to; nil where there was no epoch to average.
  private mutating func write(_ average: EpochAverage) throws(CheckpointError) -> RunEnd? {
    let folder = job.writer.averageFolder(average)
    let points = averaged
    if job.writes, !points.isEmpty { try job.writer.write(average: folder, of: points) }
    // The others read what the first one has written by now.
    let epochs = points.map(\.state.epoch)
    guard job.processes.sum([Double(epochs.count)])[0] > 0 else { return nil }
    let end = try end(folder)
    let judgement = try EpochJudge(job, end.network, end.classifier, isStill: false).judge()
    if job.writes { tell(AverageReport(folder: folder, epochs: epochs, judgement: judgement)) }
    return end
  }

  /// What a folder with a backbone and a classifier has.
  private func end(_ folder: String) throws(CheckpointError) -> RunEnd {
    let name = ThreeDSpeaker.file(ThreeDSpeaker.classifier).shown
    return RunEnd(
      network: try BackboneFile(folder).network(front: job.front),
      classifier: try ClassifierFile(FilePath.join(folder, name)).classifier(FastKernels.self), folder: folder
    )
  }
}

/// What a run has come to.
struct RunEnd {
  let network: any SpeakerNetwork<FastKernels>
  let classifier: Classifier<FastKernels>
  /// The folder that it lies in; nil where it is the newest checkpoint.
  let folder: String?
}
