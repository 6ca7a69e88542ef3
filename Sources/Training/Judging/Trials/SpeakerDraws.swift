// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The trials over and over, each time of speakers drawn with replacement, as many as there are: a target trial counts as often
/// as its speaker was drawn, a nontarget as often as the product of both its speakers' counts.
///
/// Trials of one speaker are alike, so trials drawn one by one would pretend to know more than is known (A. Owen,
/// "The pigeonhole bootstrap", Annals of Applied Statistics 1, 2007).
package struct SpeakerDraws: Sendable {
  /// How often speakers are drawn.
  package let draws: Int
  package let seed: UInt64
  package let speakers: TrialSpeakers

  /// Below it an interval's ends would hang on two or three draws.
  private static let fewest = 100
  private static let most = 1_000_000

  /// - Throws: `wrongWords` where it is not 100 to 1000000 draws.
  package static func check(_ draws: Int) throws(CheckpointError) {
    guard fewest...most ~= draws else {
      throw CheckpointError(.wrongWords, "`--bootstrap \(draws)`: it must be \(fewest) to \(most)")
    }
  }

  package init(_ draws: Int, seed: UInt64, _ speakers: TrialSpeakers) throws(CheckpointError) {
    try Self.check(draws)
    self.draws = draws
    self.seed = seed
    self.speakers = speakers
  }

  /// Gives the rates of each draw; one without targets or without nontargets has none and is passed over.
  package func forEach(_ scores: [Double], _ targets: [Bool], _ body: (ErrorRates) -> Void) {
    let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    let rising = order.map { scores[$0] }
    let isTarget = order.map { targets[$0] }
    let sides = order.map { speakers.sides[$0] }
    var weights = [Int](repeating: 0, count: rising.count)
    for draw in 0..<draws {
      var random = KeyedRandom(seed: seed, .bootstrap, epoch: draw)
      var counts = [Int](repeating: 0, count: speakers.count)
      for _ in 0..<speakers.count { counts[random.index(below: speakers.count)] += 1 }
      for (place, side) in sides.enumerated() {
        weights[place] = isTarget[place] ? counts[side.enrol] : counts[side.enrol] * counts[side.test]
      }
      if let rates = ErrorRates(rising: rising, targets: isTarget, weights: weights) { body(rates) }
    }
  }
}
