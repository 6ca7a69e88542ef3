// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Trials over recordings that training does not see, of any speakers.
package struct HeldOutTrials: Sendable {
  /// Each recording once.
  let manifest: Manifest
  /// The places of each trial's two recordings in the manifest.
  private let pairs: [(enrol: Int, test: Int)]
  private let targets: [Bool]
  let extractor: FeatureExtractor

  package var count: Int { pairs.count }

  /// - Parameter path: a list of trials, two recordings and a label a line in either order. Where a `wav.scp` lies beside
  ///   it, recordings are called by their names there; else by their files, which lie relative to the list's folder.
  /// - Throws: `corrupt` and `nothingMatched`, with the line; `unreadable` for a recording that is not there; `misfit` where
  ///   all trials, or none, are of one speaker.
  init(_ path: String, front: FrontEnd) throws(CheckpointError) {
    let list: TrialList
    do throws(CheckpointError) {
      list = try TrialList(try TextFile(path: path, limit: 1 << 32))
      _ = try ErrorRates(scores: list.trials.map { _ in 0 }, targets: list.trials.map(\.isTarget))
    } catch { throw error.at(file: path) }
    let folder = FilePath.folder(of: path)
    let script = try Self.script(in: folder)
    var manifest = Manifest(source: path)
    var places: [Text: Int] = [:]
    func place(_ name: Text, _ line: Int) throws(CheckpointError) -> Int {
      if let place = places[name] { return place }
      guard let file = script.map({ $0[name] }) ?? name.shown else {
        throw CheckpointError(
          .nothingMatched, "there is no recording of this name in the wav.scp beside it",
          at: .init(file: path, member: "line \(line)", key: name))
      }
      manifest.items.append(.init(path: FilePath.join(folder, file), line: line))
      places[name] = manifest.items.count - 1
      return manifest.items.count - 1
    }
    var pairs: [(enrol: Int, test: Int)] = []
    for trial in list.trials {
      pairs.append((try place(trial.enrol, trial.line), try place(trial.test, trial.line)))
    }
    self.pairs = pairs
    targets = list.trials.map(\.isTarget)
    try manifest.checkFiles()
    self.manifest = manifest
    extractor = FeatureExtractor(front)
  }

  /// The files of a folder's `wav.scp`, by name; nil where it has none.
  private static func script(in folder: String) throws(CheckpointError) -> [Text: String]? {
    let path = FilePath.join(folder, "wav.scp")
    guard FileSystem.kind(of: path) == .file else { return nil }
    return try Manifest.values(path, of: "file").mapValues(\.shown)
  }

  /// The equal error rate of embeddings that stand in the manifest's order.
  func equalErrorRate(_ vectors: [[Float]]) throws(CheckpointError) -> Double {
    let scores = pairs.map { CosineScoring.cosine(vectors[$0.enrol], vectors[$0.test]) }
    return try ErrorRates(scores: scores, targets: targets).equalErrorRate.rate
  }
}
