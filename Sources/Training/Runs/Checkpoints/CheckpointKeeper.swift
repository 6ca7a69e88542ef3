// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Decides which of a run's checkpoints stay.
///
/// A checkpoint within an epoch goes when a later one of any kind is there. Of those after an epoch `keep` stay, the
/// newest, and the best one; a best one that has been bettered stays only if its epoch was due anyway.
struct CheckpointKeeper {
  private let keep: Int?
  private let saveEvery: Int
  /// Those that are this run's; others that lie beside them are left alone.
  private var own: [ResumePoint]
  /// Those that this process wrote and that still stand.
  private(set) var written: [String] = []

  /// All of this run's, by name.
  var standing: [String] { own.map(\.folder).sorted { Text($0) < Text($1) } }

  /// - Parameter own: what the run had written before it was stopped.
  init(keep: Int?, saveEvery: Int, own: [ResumePoint]) {
    self.keep = keep
    self.saveEvery = saveEvery
    self.own = own
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
    let whole = own.filter { !$0.isWithinEpoch }.sorted { $0.state.epoch < $1.state.epoch }
    let best = state.best?.epoch
    for (place, other) in whole.enumerated() where other.folder != folder && other.state.epoch != best {
      let isOld = keep.map { place < whole.count - $0 } ?? false
      let wasBest = other.state.best?.epoch == other.state.epoch && other.state.epoch % saveEvery != 0
      if isOld || wasBest { remove(other.folder) }
    }
  }

  private mutating func remove(_ folder: String) {
    OutputFolder.remove(folder)
    written.removeAll { $0 == folder }
    own.removeAll { $0.folder == folder }
  }
}
