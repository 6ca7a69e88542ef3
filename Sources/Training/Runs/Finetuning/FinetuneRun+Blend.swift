// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The backbone between what the run began with and what it came to.
extension FinetuneRun {
  /// Judges points on the way, and writes the best one with the end's classifier.
  mutating func blend(from begun: StartingWeights, to end: RunEnd) throws(CheckpointError) {
    let blend = BackboneBlend(begun, to: end.network.registry.stateDict, like: job.start)
    let network = try job.start.configuration.network(
      FastKernels.self, front: job.front, source: try blend.parameters(0))
    let judge = EpochJudge(job, network, end.classifier, isStill: false)
    var points: [BlendReport.Point] = []
    for share in BackboneBlend.shares {
      try network.registry.reload(from: try blend.parameters(share))
      points.append(.init(share: share, judgement: try judge.judge()))
    }
    guard let report = BlendReport(job.writer.blendFolder, points, by: job.options.blendMetric),
      job.writes, let newest
    else { return }
    try job.writer.write(
      blend: try blend.merge(report.share).plan, classifierOf: end.folder ?? newest.folder, newest.state)
    try journal?.blended(report, newest.state)
    tell(report)
  }
}
