// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import Training

/// Words of `score` for what scores are measured by besides their trials.
struct CohortOptions: ParsableArguments {
  @Option(
    help: "Normalise scores by embeddings of others (AS-norm): all that is said is then of these scores.",
    completion: .file(extensions: ["npz", "ark", "scp"]))
  var cohort: String?

  @Option(
    help: "Who speaks in the cohort, lines `<recording> <speaker>`: their means are the cohort.",
    completion: .file())
  var cohortSpeakers: String?

  @Option(help: "How many of the highest scores with the cohort are looked at (default: 300, or all).")
  var top: Int?

  @Option(
    help: "Recordings of nobody whom trials enrol, a name a line: the share that stays below the threshold.",
    completion: .file())
  var strangers: String?

  var read: [String] { [cohort, cohortSpeakers, strangers].compactMap { $0 } }

  /// Refuses words that go with a cohort where none is given.
  func check() throws(CheckpointError) {
    if let top { try Cohort.check(top) }
    guard cohort == nil else { return }
    for (word, isThere) in [("--cohort-speakers", cohortSpeakers != nil), ("--top", top != nil)] where isThere
    {
      throw CheckpointError(.wrongWords, "`\(word)` goes with a cohort", hint: "add `--cohort E.npz`")
    }
  }

  func open() throws(CheckpointError) -> Cohort? {
    guard let cohort else { return nil }
    return try Cohort(cohort, utt2spk: cohortSpeakers, top: top ?? 300)
  }

  func strangers(of scored: TrialScores) throws(CheckpointError) -> Strangers? {
    guard let strangers else { return nil }
    return try Strangers(strangers, scored)
  }
}
