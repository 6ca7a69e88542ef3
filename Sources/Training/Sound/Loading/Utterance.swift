// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Whole utterances as a network takes them: what embedding and judging read.
package enum Utterance {
  /// (frames, 80) of an audio file, through the front end, or of a `.npy` file, as it is.
  package static func features(
    of path: String, _ extractor: FeatureExtractor
  ) throws(CheckpointError) -> FeatureMatrix {
    if FilePath.suffix(of: path) == "npy" { return try FeatureFile.load(path) }
    let wave = try Waveform.load(path)
    do {
      return try extractor(wave.samples)
    } catch {
      throw error.at(file: path)
    }
  }
}
