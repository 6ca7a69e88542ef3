// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Decides which of a run's checkpoints stay.
///
/// A checkpoint within an epoch goes when a later one of any kind is there. Of those after an epoch `keep` stay, the
/// newest, and the best one; a best one that has been bettered stays only if its epoch was due anyway. Those that are to be
/// averaged stay too.
struct CheckpointKeeper {
  private let keep: Int?
  private let saveEvery: Int
  private let average: EpochAverage?
  private let metric: EpochFigures.Metric
  /// Those that are this run's; others that lie beside them are left alone.
  private var own: [ResumePoint]
  /// Those that this process wrote and that still stand.
  private(set) var written: [String] = []

  /// All of this run's, by name.
  var standing: [String] { own.map(\.folder).sorted { Text($0) < Text($1) } }

  /// The furthest that stands.
  var newest: ResumePoint? { own.max { $0.state.iteration < $1.state.iteration } }

  /// - Parameter own: what the run had written before it was stopped.
  init(_ options: FinetuneOptions, own: [ResumePoint]) {
    (keep, saveEvery) = (options.keep, options.saveEvery)
    (average, metric) = (options.average, options.bestBy)
    self.own = own
  }

  /// Those after whole epochs, in the order of these.
  private var whole: [ResumePoint] {
    own.filter { !$0.isWithinEpoch }.sorted {
      ($0.state.epoch, Text($0.folder)) < ($1.state.epoch, Text($1.folder))
    }
  }

  /// Those that the average is of, as it stands now, in the order of their epochs; none where there is no average.
  var averaged: [ResumePoint] {
    guard let average else { return [] }
    // Where an epoch has several, the last one is of this run.
    let byEpoch = Dictionary(whole.map { ($0.state.epoch, $0) }) { $1 }
    let epochs = byEpoch.values.map { ($0.state.epoch, $0.state.figure) }.sorted { $0.0 < $1.0 }
    return average.chosen(of: epochs.map { (epoch: $0.0, figure: $0.1) }, by: metric).compactMap {
      byEpoch[$0]
    }
  }

  /// A checkpoint has been written whole: others may go now.
  mutating func wrote(_ folder: String, _ state: TrainingState) {
    written.append(folder)
    own.removeAll { $0.folder == folder }
    own.append(ResumePoint(folder: folder, state: state))
    tidy(after: folder, state)
  }

  /// Lets those go that one which stands makes needless; the process that wrote it may have been killed before it did.
  mutating func tidy(after folder: String, _ state: TrainingState) {
    for other in own where other.isWithinEpoch && other.folder != folder { remove(other.folder) }
    let (whole, best) = (whole, state.best?.epoch)
    let needed = Set(averaged.map(\.state.epoch))
    for (place, other) in whole.enumerated() where other.folder != folder && other.state.epoch != best {
      guard !needed.contains(other.state.epoch) else { continue }
      let isOld = keep.map { place < whole.count - $0 } ?? false
      let isDue = other.state.epoch % saveEvery == 0
      let wasBest = other.state.best?.epoch == other.state.epoch
      if isOld || !isDue && (wasBest || average != nil) { remove(other.folder) }
    }
  }

  private mutating func remove(_ folder: String) {
    OutputFolder.remove(folder)
    written.removeAll { $0 == folder }
    own.removeAll { $0.folder == folder }
  }
}
