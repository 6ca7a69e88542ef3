// SPDX-License-Identifier: Apache-2.0

/// A checkpoint that is held against a policy.
struct PolicySubject {
  /// As it was given.
  let path: String
  let document: Document

  init(_ path: String) throws(CheckpointError) {
    document = try Checkpoint.open(path)
    self.path = path
  }

  /// The tensors that patterns select, as `resect ls` does; all of them where there is no pattern.
  ///
  /// - Returns: or why there is none: a rule that is about nothing does not hold.
  func tensors(_ patterns: [Text]) throws(CheckpointError) -> (tensors: [Listing.Tensor], fault: String?) {
    do throws(CheckpointError) {
      let tensors = try document.listing(matching: patterns).tensors
      return (tensors, tensors.isEmpty ? "it selects no tensor" : nil)
    } catch {
      guard error.code == .nothingMatched else { throw error }
      return ([], error.reason)
    }
  }

  /// A finding for each tensor that `fault` finds something of.
  func findings(
    _ patterns: [Text], _ fault: (Listing.Tensor) -> String?
  ) throws(CheckpointError) -> [String] {
    let (tensors, none) = try tensors(patterns)
    if let none { return [none] }
    return tensors.compactMap { tensor in fault(tensor).map { "`\(tensor.path)` \($0)" } }
  }
}
