// SPDX-License-Identifier: Apache-2.0

/// What `--small` sets: what was measured to be best with 5 to 50 utterances a speaker (docs/training/small.md). Each of it can
/// still be said otherwise.
extension FinetuneOptions {
  private struct Setting: Sendable {
    /// As it is typed.
    let words: String
    let set: @Sendable (inout FinetuneOptions) -> Void
  }

  /// By the trials where there are some, by the EER of the held-out utterances where there are only those, by the loss
  /// where there is nothing to judge on.
  private var small: [Setting] {
    let metric: EpochFigures.Metric = trials != nil ? .trials : heldOut != nil ? .eer : .loss
    let average = EpochAverage(word: metric == .loss ? "3" : "best:3")
    let settings = [
      Setting(words: "--best-by \(metric.rawValue)") { $0.bestBy = metric },
      Setting(words: "--average \(average?.word ?? "")") { $0.average = average },
    ]
    // A blend is chosen by trials.
    return metric == .loss ? settings : settings + [Setting(words: "--blend") { $0.blends = true }]
  }

  /// Sets all of it, for the judges that are known by now; what is said beside it is to be set after this.
  package mutating func takeSmall() {
    isSmall = true
    for setting in small { setting.set(&self) }
  }

  /// What of it stands, in words; nil where nothing does, and without `--small`.
  var smallText: String? {
    guard isSmall else { return nil }
    let standing = small.filter { setting in
      var other = self
      setting.set(&other)
      return other == self
    }
    return standing.isEmpty ? nil : standing.map(\.words).joined(separator: " ")
  }
}
