// SPDX-License-Identifier: Apache-2.0

/// Work that ends in an output: planned and reported, ready to be written.
public protocol PlannedJob {
  var plan: OutputPlan { get }
  /// The statement about the output, for the report; nil where none was asked for.
  var provenance: String? { get set }

  /// Where the output went, for the report; nil as long as it went nowhere.
  var written: String? { get set }

  /// What the output lacks of the input, to be written beside it; nil where nobody has asked for it.
  var removal: RemovalPlan? { get }

  /// Writes the output, and says so in the report.
  ///
  /// - Parameters:
  ///   - patch: where the removal goes; nil where there is none.
  ///   - onBytes: called with the number of bytes that were written, now and then.
  mutating func write(
    to path: String, replacing: Bool, patch: String?, onBytes: (Int) -> Void
  ) throws(CheckpointError)
}

extension PlannedJob {
  /// Nothing is kept of what goes.
  public var removal: RemovalPlan? { nil }

  /// The removal as a file beside the output.
  ///
  /// - Parameter patch: its path; nil for none.
  public func companion(at patch: String?) -> OutputPlan.Companion? {
    guard let patch, let removal else { return nil }
    return .init(removal.plan, at: patch)
  }
}

/// A job that can keep what its output lacks.
public protocol RemovingJob: PlannedJob {
  /// Plans a patch that gives the original back. Reads every tensor of the output.
  ///
  /// - Parameter onBytes: called with the number of bytes that were read, now and then.
  mutating func keepRemoved(onBytes: (Int) -> Void) throws(CheckpointError)
}
