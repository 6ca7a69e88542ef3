// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Labelled examples of one length, made from a manifest: read, speed, crop, pad, augment, front end.
///
/// What an example holds depends on (seed, epoch, item) alone; each of the draws has a stream of its own.
package struct TrainingSet: Sendable {
  package struct Example: Sendable, Equatable {
    /// (frames, 80), `crop.frames` rows; as many as the item has where the crop is `whole`.
    package var features: FeatureMatrix
    package var label: Int

    package init(features: FeatureMatrix, label: Int) {
      (self.features, self.label) = (features, label)
    }
  }

  package let manifest: Manifest
  package let crop: Crop
  package let seed: UInt64
  package let speed: SpeedPerturbation
  package let augmentation: SpeakerAugmentation?
  private let extractor: FeatureExtractor
  private let cache: WaveCache

  /// - Parameters:
  ///   - cache: where decoded waves are kept between epochs.
  ///   - augmentation: what is done to cropped waves.
  package init(
    _ manifest: Manifest, frontEnd: FrontEnd, crop: Crop, seed: UInt64,
    cache: WaveCache = WaveCache(budget: 0), speed: SpeedPerturbation = .none,
    augmentation: SpeakerAugmentation? = nil
  ) {
    self.manifest = manifest
    self.crop = crop
    self.seed = seed
    self.cache = cache
    self.speed = speed
    self.augmentation = augmentation
    extractor = FeatureExtractor(frontEnd)
  }

  package var count: Int { manifest.items.count }
  /// Classes: the speakers, or three times as many with speeds.
  package var classes: Int { speed.classes(manifest.labels.count) }

  /// Whether utterances are cut at most: no speed is drawn, and no crop augmented.
  package var isOnlyCut: Bool { speed != .random && (augmentation?.probability ?? 0) == 0 }

  /// The example that `item` gives in `epoch`.
  package func example(_ item: Int, epoch: Int) throws(CheckpointError) -> Example {
    let entry = manifest.items[item]
    var random = KeyedRandom(seed: seed, .speed, epoch: epoch, item: item)
    let index = speed.draw(&random)
    let label = try about(entry) { () throws(CheckpointError) -> Int in
      guard let speaker = entry.label else {
        throw CheckpointError(.misfit, "the utterance has no speaker", at: .init(file: entry.path))
      }
      return SpeedPerturbation.label(speaker, of: manifest.labels.count, speed: index)
    }
    if entry.isFeatures {
      return try about(entry) { () throws(CheckpointError) -> Example in
        Example(features: try features(of: entry, item, epoch), label: label)
      }
    }
    var samples = try about(entry) { () throws(CheckpointError) -> [Float] in
      try wave(of: entry, item, epoch, speed: index)
    }
    if let augmentation {
      var random = KeyedRandom(seed: seed, .augmentation, epoch: epoch, item: item)
      samples = try augmentation(samples, &random)
    }
    return try about(entry) { () throws(CheckpointError) -> Example in
      Example(features: try extractor(samples), label: label)
    }
  }

  /// Gives an error the item's place. What augmentation throws is about other files.
  private func about<Result>(
    _ entry: Manifest.Item, _ body: () throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    do {
      return try body()
    } catch { throw manifest.located(error, entry) }
  }

  /// A crop of a feature file.
  private func features(
    of entry: Manifest.Item, _ item: Int, _ epoch: Int
  ) throws(CheckpointError) -> FeatureMatrix {
    guard speed != .random, augmentation == nil else {
      throw CheckpointError(
        .contradiction, "these are features: neither their speed can be changed, nor can they be augmented",
        at: .init(file: entry.path), hint: "recordings in their place, or neither speeds nor augmentation")
    }
    let whole = try FeatureFile.load(entry.path)
    var random = KeyedRandom(seed: seed, .crop, epoch: epoch, item: item)
    let part = whole.segment(from: Crop.start(whole.frames, crop.frames, &random), count: crop.frames)
    return FeatureMatrix(
      values: crop.padded(part.values, to: crop.frames, width: part.bins), bins: part.bins)
  }

  /// A crop of a recording at one of the speeds.
  private func wave(
    of entry: Manifest.Item, _ item: Int, _ epoch: Int, speed index: Int
  ) throws(CheckpointError) -> [Float] {
    // The draw is made once, whatever way the samples come: the closure may run again after a cut file.
    let start = { (length: Int) in
      var random = KeyedRandom(seed: seed, .crop, epoch: epoch, item: item)
      return Crop.start(length, crop.samples, &random)
    }
    let wave: Waveform
    if index == 0 {
      wave = try cache.segment(of: entry.path, item: item, count: crop.samples, start: start)
    } else {
      let whole = try cache.segment(of: entry.path, item: item, count: .max) { _ in 0 }
      let changed = try SpeedPerturbation.apply(index, to: whole)
      wave = changed.segment(from: start(changed.samples.count), count: crop.samples)
    }
    guard !wave.samples.isEmpty else {
      throw CheckpointError(.corrupt, "the file holds no samples", at: .init(file: entry.path))
    }
    return crop.padded(wave.samples, to: crop.samples)
  }
}

extension TrainingSet {
  /// Whether what an item gives in an epoch is silent. Read anew: this is asked once, where a run ends.
  func isSilent(_ item: Int, epoch: Int) -> Bool {
    (try? example(item, epoch: epoch)).map { Silence.isSilent($0.features) } ?? false
  }
}
