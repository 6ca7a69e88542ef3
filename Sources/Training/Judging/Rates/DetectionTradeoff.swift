// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The points of a detection error tradeoff (DET) curve: what each threshold refuses and accepts wrongly.
///
/// A trial is accepted where its score is above the threshold. Equal scores cannot be told apart, so no point lies between
/// them; points on a straight line between two others that only one kind of trial made are left out.
package struct DetectionTradeoff: Codable, Sendable, Equatable {
  /// Rising.
  package private(set) var threshold: [Double] = []
  /// False negative rates: the share of targets that is refused.
  package private(set) var fnr: [Double] = []
  /// False positive rates: the share of nontargets that is accepted.
  package private(set) var fpr: [Double] = []

  package init(_ rates: ErrorRates) {
    let cuts = rates.cuts
    for (place, cut) in cuts.enumerated() {
      if place > 0, place + 1 < cuts.count {
        let (before, after) = (cuts[place - 1], cuts[place + 1])
        func stays(_ rate: [Double]) -> Bool { rate[before] == rate[cut] && rate[cut] == rate[after] }
        if stays(rates.falseRefusals) || stays(rates.falseAcceptances) { continue }
      }
      threshold.append(rates.scores[cut])
      fnr.append(rates.falseRefusals[cut])
      fpr.append(rates.falseAcceptances[cut])
    }
  }

  /// How a table's fields stand apart.
  package enum Separator: String, Sendable {
    case tab = "\t"
    case comma = ","

    /// - Throws: `wrongWords` for a name that ends neither in `.tsv` nor in `.csv`.
    package init(of path: String) throws(CheckpointError) {
      switch FilePath.suffix(of: path) {
      case "tsv": self = .tab
      case "csv": self = .comma
      default:
        throw CheckpointError(
          .wrongWords, "the name of a table of DET points ends in .tsv or .csv", at: .init(file: path))
      }
    }
  }

  /// A header and a line a point.
  package func text(_ separator: Separator) -> String {
    var text = ["threshold", "fnr", "fpr"].joined(separator: separator.rawValue) + "\n"
    for index in threshold.indices {
      let fields = [threshold[index], fnr[index], fpr[index]].map { "\($0)" }
      text += fields.joined(separator: separator.rawValue) + "\n"
    }
    return text
  }

  /// - Throws: `wrongWords` for another suffix than `.tsv` and `.csv`; `wouldOverwrite`; `unwritable`.
  package func write(to path: String, replacing: Bool) throws(CheckpointError) {
    let table = text(try Separator(of: path))
    let output = try OutputFile(path, replacing: replacing, inputs: [])
    try output.write(Array(table.utf8), at: 0)
    try output.commit()
  }
}
