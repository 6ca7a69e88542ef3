// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Labelled examples of one length, made from a manifest: read, crop, pad, front end.
///
/// What an example holds depends on (seed, epoch, item) alone. An augmentation takes its place between cropping and
/// the front end, with a random stream of its own.
package struct TrainingSet: Sendable {
  package struct Example: Sendable, Equatable {
    /// (frames, 80), `crop.frames` rows.
    package var features: FeatureMatrix
    package var label: Int
  }

  package let manifest: Manifest
  package let crop: Crop
  package let seed: UInt64
  private let extractor: FeatureExtractor
  private let cache: WaveCache

  /// - Parameter cache: where decoded waves are kept between epochs.
  package init(
    _ manifest: Manifest, frontEnd: FrontEnd, crop: Crop, seed: UInt64,
    cache: WaveCache = WaveCache(budget: 0)
  ) {
    self.manifest = manifest
    self.crop = crop
    self.seed = seed
    self.cache = cache
    extractor = FeatureExtractor(frontEnd)
  }

  package var count: Int { manifest.items.count }
  /// Classes.
  package var classes: Int { manifest.labels.count }

  /// The example that `item` gives in `epoch`.
  package func example(_ item: Int, epoch: Int) throws(CheckpointError) -> Example {
    let entry = manifest.items[item]
    do throws(CheckpointError) {
      guard let label = entry.label else {
        throw CheckpointError(.misfit, "the utterance has no speaker", at: .init(file: entry.path))
      }
      var random = KeyedRandom(seed: seed, .crop, epoch: epoch, item: item)
      return Example(features: try features(of: entry, item, &random), label: label)
    } catch {
      throw manifest.located(error, entry)
    }
  }

  private func features(
    of entry: Manifest.Item, _ item: Int, _ random: inout KeyedRandom
  ) throws(CheckpointError) -> FeatureMatrix {
    if entry.isFeatures {
      let whole = try FeatureFile.load(entry.path)
      let part = whole.segment(from: Crop.start(whole.frames, crop.frames, &random), count: crop.frames)
      let values = crop.padded(part.values, to: crop.frames, width: part.bins)
      return FeatureMatrix(values: values, bins: part.bins)
    }
    // The draw is made once, whatever way the samples come: the closure may run again after a cut file.
    let draws = random
    let wave = try cache.segment(of: entry.path, item: item, count: crop.samples) { length in
      var random = draws
      return Crop.start(length, crop.samples, &random)
    }
    guard !wave.samples.isEmpty else {
      throw CheckpointError(.corrupt, "the file holds no samples", at: .init(file: entry.path))
    }
    return try extractor(crop.padded(wave.samples, to: crop.samples))
  }
}
