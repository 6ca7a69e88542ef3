// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What a batch has to do with a loss that is no number any more: recordings without sound have no variance to divide by.
package enum Silence {
  /// Whether every frame is as the first: nothing changes in time, as in a recording of zeros.
  package static func isSilent(_ features: FeatureMatrix) -> Bool {
    guard let bins = features.bins > 0 ? features.bins : nil, features.frames > 1 else { return false }
    let first = features.values[..<bins]
    return stride(from: bins, to: features.values.count, by: bins).allSatisfy {
      features.values[$0..<$0 + bins].elementsEqual(first)
    }
  }

  /// The error with the batch's silent recordings named, where there are any.
  ///
  /// - Parameters:
  ///   - batch: the items, in order.
  ///   - place: which batch, in words.
  package static func explain(
    _ error: CheckpointError, _ manifest: Manifest, _ batch: [Int], _ place: String,
    isSilent: (_ item: Int) -> Bool
  ) -> CheckpointError? {
    let silent = batch.filter(isSilent)
    guard let first = silent.first else { return nil }
    let isWhole = silent.count == batch.count
    let share =
      isWhole ? "all \(batch.count) recordings" : "\(silent.count) of the \(batch.count) recordings"
    let reason =
      "\(error.reason): \(share) of \(place) \(silent.count == 1 && !isWhole ? "is" : "are") silent"
    return manifest.located(
      CheckpointError(
        error.code, reason + (silent.count > 1 ? ", this one first" : ""),
        hint: isWhole
          ? "leave recordings without sound out of the data"
          : "leave recordings without sound out of the data" + (error.hint.map { "; else \($0)" } ?? "")),
      manifest.items[first])
  }
}
