// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit
import Training

/// Words of `score` for thresholds at wanted rates, and for how firmly figures hold.
struct ThresholdOptions: ParsableArguments {
  @Option(help: "Give the threshold that accepts no larger share of nontargets, 0.01 for 1 %.")
  var far: Double?

  @Option(help: "Give the threshold that refuses no larger share of targets.")
  var frr: Double?

  @Option(help: "Draw speakers so often with replacement, for 95 % intervals of EER, minDCF and thresholds.")
  var bootstrap: Int?

  @Option(
    help: "Who speaks, lines `<recording> <speaker>` (default: target trials tell).", completion: .file())
  var speakers: String?

  @Option(help: "What --bootstrap draws by.")
  var seed: UInt64 = 0

  func wanted() throws(CheckpointError) -> [WantedRate] {
    if let bootstrap { try SpeakerDraws.check(bootstrap) }
    if speakers != nil, bootstrap == nil {
      throw CheckpointError(
        .wrongWords, "`--speakers` says whom `--bootstrap` draws", hint: "add `--bootstrap 1000`")
    }
    var wanted: [WantedRate] = []
    if let far { wanted.append(try WantedRate(.far, far)) }
    if let frr { wanted.append(try WantedRate(.frr, frr)) }
    return wanted
  }

  func draws(_ scored: TrialScores, trials: String) throws(CheckpointError) -> SpeakerDraws? {
    guard let bootstrap else { return nil }
    let known: TrialSpeakers
    do throws(CheckpointError) {
      known =
        if let speakers { try TrialSpeakers(scored, utt2spk: speakers) } else {
          try TrialSpeakers(joining: scored)
        }
    } catch {
      throw error.at(file: trials)
    }
    return try SpeakerDraws(bootstrap, seed: seed, known)
  }
}
