// SPDX-License-Identifier: Apache-2.0

/// A job that can keep what its output lacks.
public protocol RemovingJob: PlannedJob {
  /// Plans a patch that gives the original back. Reads every tensor of the output.
  ///
  /// - Parameter onBytes: called with the number of bytes that were read, now and then.
  mutating func keepRemoved(onBytes: (Int) -> Void) throws(CheckpointError)
}
