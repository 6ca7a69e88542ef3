// SPDX-License-Identifier: Apache-2.0

/// Work that ends in an output: planned and reported, ready to be written.
public protocol PlannedJob {
  var plan: OutputPlan { get }
  /// The statement about the output, for the report; nil where none was asked for.
  var provenance: String? { get set }

  /// Writes the output and says so in the report.
  ///
  /// - Parameter onBytes: called with the number of bytes that were written, now and then.
  mutating func write(
    to path: String, replacing: Bool, onBytes: (Int) -> Void
  ) throws(CheckpointError)
}
