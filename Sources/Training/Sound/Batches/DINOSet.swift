// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Crops for self-supervised training, made from a manifest: read, crop, augment each crop, mel, erase.
///
/// What an item gives depends on (seed, epoch, item) alone. Recordings go through at int16 scale, as upstream trains. A
/// `.npy` item holds rows of mels already, which are taken as they are.
package struct DINOSet: Sendable {
  package let manifest: Manifest
  package let crops: DINOCrops
  package let method: DINOMethod
  package let augmentation: DINOAugmentation?
  package let seed: UInt64
  private let mel = MelSpectrogram()
  private let cache: WaveCache

  /// - Parameters:
  ///   - augmentation: what is done to crops; nil for nothing.
  ///   - cache: where decoded waves are kept between epochs.
  package init(
    _ manifest: Manifest, crops: DINOCrops, method: DINOMethod, augmentation: DINOAugmentation?, seed: UInt64,
    cache: WaveCache = WaveCache(budget: 0)
  ) {
    self.manifest = manifest
    self.crops = crops
    self.method = method
    self.augmentation = augmentation
    self.seed = seed
    self.cache = cache
  }

  package var count: Int { manifest.items.count }

  /// The rows that `item` gives in `epoch`.
  package func rows(_ item: Int, epoch: Int) throws(CheckpointError) -> DINORows {
    let entry = manifest.items[item]
    let cut: DINOCrops.Cut
    do throws(CheckpointError) {
      if entry.isFeatures { return try ready(entry.path) }
      let wave = try cache.segment(of: entry.path, item: item, count: .max) { _ in 0 }
      var random = KeyedRandom(seed: seed, .dinoCrops, epoch: epoch, item: item)
      cut = crops.cut(wave.samples, &random)
    } catch { throw manifest.located(error, entry) }
    var rows: [FeatureMatrix] = []
    for row in try augmented(cut, item, epoch).rows(crops.rowSamples) {
      rows.append(try mel(row.map(Float.init)))
    }
    if method.erases {
      var random = KeyedRandom(seed: seed, .erasing, epoch: epoch, item: item)
      if let band = BandErasing.draw(frames: crops.frames, bins: FrontEnd.bins, &random) {
        for row in crops.globals..<rows.count { band.apply(to: &rows[row]) }
      }
    }
    return DINORows(rows: rows)
  }

  private func ready(_ path: String) throws(CheckpointError) -> DINORows {
    guard augmentation == nil else {
      throw CheckpointError(
        .contradiction, "these are mels already: they cannot be augmented", at: .init(file: path),
        hint: "recordings in their place, or no augmentation")
    }
    return try DINORows.load(path, crops)
  }

  /// Each crop augmented on its own, globals first.
  private func augmented(
    _ cut: DINOCrops.Cut, _ item: Int, _ epoch: Int
  ) throws(CheckpointError) -> DINOCrops.Cut {
    guard let augmentation else { return cut }
    var random = KeyedRandom(seed: seed, .dinoAugmentation, epoch: epoch, item: item)
    var cut = cut
    if method.augmentsGlobals {
      for crop in cut.globals.indices {
        cut.globals[crop] = try augmentation(cut.globals[crop], &random)
      }
    }
    for crop in cut.locals.indices { cut.locals[crop] = try augmentation(cut.locals[crop], &random) }
    return cut
  }

  /// The crops of `items`.
  package func batch(_ items: [Int], epoch: Int) throws(CheckpointError) -> DINOBatch {
    var recordings: [DINORows] = []
    for item in items { recordings.append(try rows(item, epoch: epoch)) }
    return DINOBatch(recordings, crops, items: items)
  }

  /// The batches of an epoch, made ahead by threads in the background and handed out in the plan's order.
  package func batches(
    _ plan: EpochPlan, threads: Int = 1, ahead: Int = 4
  ) throws(CheckpointError) -> Prefetch<DINOBatch> {
    try Prefetch(count: plan.batches.count, threads: threads, ahead: ahead) { index throws(CheckpointError) in
      try batch(plan.batches[index], epoch: plan.epoch)
    }
  }
}

extension DINOSet {
  /// Whether all rows of an item are silent.
  func isSilent(_ item: Int, epoch: Int) -> Bool {
    (try? rows(item, epoch: epoch)).map { $0.rows.allSatisfy(Silence.isSilent) } ?? false
  }
}
