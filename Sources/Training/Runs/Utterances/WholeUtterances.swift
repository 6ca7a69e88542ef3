// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Reads whole utterances in the background and hands them out in order, some at a time.
struct WholeUtterances {
  private let paths: [String]
  private let extractor: FeatureExtractor
  private let threads: Int
  private let cache: FeatureCache?

  /// Frames in a chunk, unless one utterance has more: a bound on memory, the same whatever the number of threads.
  private static let chunkFrames = 16_384

  /// - Parameter cache: where features are kept for another pass, under their places in `paths`; nil keeps none.
  init(_ paths: [String], _ extractor: FeatureExtractor, threads: Int, cache: FeatureCache? = nil) {
    self.paths = paths
    self.extractor = extractor
    self.threads = threads
    self.cache = cache
  }

  /// - Throws: what reading an utterance throws, with its file, or what `body` throws.
  func forEachChunk(
    _ body: (Range<Int>, [FeatureMatrix]) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    let (paths, extractor, cache) = (paths, extractor, cache)
    let reading = try Prefetch(count: paths.count, threads: threads, ahead: 4 * threads) {
      index throws(CheckpointError) in
      let make = { () throws(CheckpointError) in try Utterance.features(of: paths[index], extractor) }
      return if let cache { try cache.features(of: index, make) } else { try make() }
    }
    var chunk: [FeatureMatrix] = []
    var (start, frames) = (0, 0)
    while let features = try reading.next() {
      if !chunk.isEmpty, frames + features.frames > Self.chunkFrames {
        try body(start..<start + chunk.count, chunk)
        start += chunk.count
        (chunk, frames) = ([], 0)
      }
      chunk.append(features)
      frames += features.frames
    }
    if !chunk.isEmpty { try body(start..<start + chunk.count, chunk) }
  }

  /// - Throws: `misfit` for an utterance that is shorter than a network can take.
  static func check(_ frames: Int, needs: Int) throws(CheckpointError) {
    guard frames < needs else { return }
    throw CheckpointError(
      .misfit, "\(frames) frames are too few: the network needs \(needs)", hint: "leave the recording out")
  }
}
