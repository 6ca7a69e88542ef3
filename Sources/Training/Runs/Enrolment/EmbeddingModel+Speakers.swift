// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension EmbeddingModel {
  /// What its embeddings are told by.
  package func origin() throws(CheckpointError) -> Speakers.Origin {
    Speakers.Origin(sha256: try sha256(), frontEnd: Text(front.rawValue))
  }

  /// What the model itself says that a verdict goes by: an exported graph's threshold, where it was measured with the features that it
  /// is fed.
  package var rule: DecisionRule {
    guard let value = threshold.value, thresholdMisfit == nil else { return DecisionRule() }
    return DecisionRule(value, .model)
  }

  /// Why the model's own threshold does not count; nil where it does, or has none.
  package var thresholdMisfit: String? {
    guard threshold.value != nil else { return nil }
    return threshold.misfit(for: Text(front.rawValue), "the model is fed").map { "of the model's own, \($0)" }
  }

  /// Seconds of the shortest recording that the network takes.
  var shortestDuration: Double {
    Double(front.samples(for: shortestInput)) / Double(Waveform.modelRate)
  }

  /// Why each recording cannot stand for a voice; nil where it can, and for files of features, which do not tell.
  ///
  /// - Throws: what reading a file throws.
  func faults(of paths: [String], threads: Int?) throws(CheckpointError) -> [String?] {
    let (threads, needed) = (threads ?? 2, shortestDuration)
    let measured = try Prefetch<String?>(count: paths.count, threads: threads, ahead: 4 * threads) {
      index throws(CheckpointError) in
      if FilePath.suffix(of: paths[index]) == "npy" { return nil }
      return try RecordingFigures(paths[index]).fault(needed: needed)
    }
    var faults: [String?] = []
    while let fault = try measured.next() { faults.append(fault) }
    return faults
  }

  /// The embeddings of recordings, in order.
  ///
  /// - Parameter onChunk: gets how many are done.
  /// - Throws: what reading a file throws, and `misfit` for one that is too short, each with its file.
  func vectors(
    of paths: [String], threads: Int?, onChunk: (Int) -> Void = { _ in }
  ) throws(CheckpointError) -> [[Float]] {
    var all: [[Float]] = []
    try forEachChunk(of: paths, threads: threads) { range, vectors in
      all += vectors
      onChunk(range.upperBound)
    }
    return all
  }
}
