// SPDX-License-Identifier: Apache-2.0

/// One tensor of a comparison, or a pair, as the story takes it.
struct StoryTensor {
  enum Fate {
    case equal, withinTolerance
    /// Of one data type.
    case changed(TensorDifference, PairCauses)
    /// Of two data types.
    case retyped(TensorDifference, PairCauses, DTypePair)
    case reshaped, removed, added, ambiguous
  }

  /// In `a`; in `b` where that alone has it.
  var path: Text
  var tensor: TensorRecord
  var fate: Fate
  var isRenamed = false

  /// Whether `b` alone has it.
  var isNew: Bool { if case .added = fate { true } else { false } }

  /// What batch norms keep beside their weights.
  var isStatistic: Bool {
    let name = path.suffix(after: "/").suffix(after: ".")
    return ["running_mean", "running_var", "num_batches_tracked"].contains(name)
  }
}
