// SPDX-License-Identifier: Apache-2.0

/// What could be read of a checkpoint that may be damaged.
struct Remains {
  /// A tensor that the checkpoint names and that no node stands for.
  struct Absent {
    var path: Text
    /// As far as that is known.
    var dtype: DType?
    var shape: [Int]?
    var reason: String
    /// Bytes of it that are in no file.
    var missing = 0
  }

  /// Bytes that are not there are `LostBytes`.
  var document: Document
  /// What is wrong with the container; empty where it can be walked.
  var faults: [CheckpointError] = []
  var absent: [Absent] = []
  /// At least so many bytes are missing.
  var missing = 0
  /// Members, storages, tensors: what `Inspection.members` counts, of those that were found.
  var members = 0
}

/// Said in place of what cannot be salvaged, with the bytes that are known to be missing.
extension CheckpointError {
  /// The same error; its reason says how many bytes are missing, where any are known to be.
  func missing(_ count: Int) -> CheckpointError {
    guard count > 0 else { return self }
    var error = self
    error.reason += "; at least \(count) \(count == 1 ? "byte is" : "bytes are") missing"
    return error
  }
}
