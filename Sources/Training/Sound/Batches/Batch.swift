// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Examples of one length, side by side.
package struct Batch: Sendable, Equatable {
  /// (B, frames, 80), the last axis moving fastest.
  package var features: [Float]
  package var labels: [Int]
  /// The items' numbers in the manifest.
  package var items: [Int]
  package var frames: Int

  package var count: Int { labels.count }
}

extension TrainingSet {
  /// The examples of `items`, in their order.
  package func batch(_ items: [Int], epoch: Int) throws(CheckpointError) -> Batch {
    var batch = Batch(features: [], labels: [], items: items, frames: 0)
    for item in items {
      let example = try example(item, epoch: epoch)
      let frames = example.features.frames
      if batch.labels.isEmpty {
        batch.frames = frames
        batch.features.reserveCapacity(items.count * frames * FrontEnd.bins)
      }
      guard frames == batch.frames else {
        let error = CheckpointError(
          .misfit, "\(frames) frames, where the batch's first utterance has \(batch.frames)",
          hint:
            "a crop, or a batch size of 1: whole utterances stand in one batch only where they are equally long"
        )
        throw manifest.located(error, manifest.items[item])
      }
      batch.features.append(contentsOf: example.features.values)
      batch.labels.append(example.label)
    }
    return batch
  }

  /// The batches of an epoch, made ahead by threads in the background and handed out in the plan's order.
  package func batches(
    _ plan: EpochPlan, threads: Int = 1, ahead: Int = 4
  ) throws(CheckpointError) -> Prefetch<Batch> {
    try Prefetch(count: plan.batches.count, threads: threads, ahead: ahead) { index throws(CheckpointError) in
      try batch(plan.batches[index], epoch: plan.epoch)
    }
  }
}
