// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What logarithms of odds cost whoever decides by them, over all priors and costs, in bits (Cllr; N. Brümmer and J. du Preez,
/// "Application-independent evaluation of speaker detection", Computer Speech and Language 20, 2006). 0 is perfect; 1 is what knowing
/// nothing costs.
package enum LikelihoodCost {
  /// `(mean over targets of log2(1 + exp(-l)) + mean over nontargets of log2(1 + exp(l))) / 2`.
  package static func of(_ logOdds: [Double], targets: [Bool]) -> Double {
    var (sums, counts) = ((0.0, 0.0), (0, 0))
    for (odds, isTarget) in zip(logOdds, targets) {
      let value = isTarget ? -odds : odds
      let bits = value == -.infinity ? 0 : (max(value, 0) + log1p(exp(-value.magnitude))) / log(2)
      if isTarget {
        sums.0 += bits
        counts.0 += 1
      } else {
        sums.1 += bits
        counts.1 += 1
      }
    }
    return (sums.0 / Double(counts.0) + sums.1 / Double(counts.1)) / 2
  }

  /// The least that any rising function of the scores costs, found by pooling adjacent violators.
  package static func least(_ scores: [Double], targets: [Bool]) -> Double {
    let blocks = pooled(scores, targets)
    let (targetCount, nontargetCount) = blocks.reduce((0.0, 0.0)) {
      ($0.0 + $1.targets, $0.1 + $1.nontargets)
    }
    var (targetBits, nontargetBits) = (0.0, 0.0)
    for block in blocks where block.targets > 0 && block.nontargets > 0 {
      let odds = block.targets / block.nontargets * nontargetCount / targetCount
      targetBits += block.targets * log2(1 + 1 / odds)
      nontargetBits += block.nontargets * log2(1 + odds)
    }
    return (targetBits / targetCount + nontargetBits / nontargetCount) / 2
  }

  private struct Block {
    var targets: Double
    var nontargets: Double

    /// Whether its share of targets is at least `other`'s; a product, as shares may be of nothing.
    func reaches(_ other: Self) -> Bool { targets * other.nontargets >= other.targets * nontargets }
  }

  /// Neighbouring scores, equal ones together, joined until the share of targets rises.
  private static func pooled(_ scores: [Double], _ targets: [Bool]) -> [Block] {
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var blocks: [Block] = []
    var place = 0
    while place < order.count {
      var block = Block(targets: 0, nontargets: 0)
      let score = scores[order[place]]
      while place < order.count, scores[order[place]] == score {
        if targets[order[place]] { block.targets += 1 } else { block.nontargets += 1 }
        place += 1
      }
      while let last = blocks.last, last.reaches(block) {
        block.targets += last.targets
        block.nontargets += last.nontargets
        blocks.removeLast()
      }
      blocks.append(block)
    }
    return blocks
  }
}
