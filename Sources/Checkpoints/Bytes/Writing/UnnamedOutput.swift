// SPDX-License-Identifier: Apache-2.0

/// An output whose bytes are written, and that becomes visible by getting its name. Nothing is left of one that gets none.
package protocol UnnamedOutput: ~Copyable {
  /// Has the disk hold the bytes, and gives the output its name. What throws has given none.
  mutating func takeName() throws(CheckpointError)

  /// Has the disk hold the name.
  consuming func finish() throws(CheckpointError)
}

extension UnnamedOutput where Self: ~Copyable {
  /// Both.
  package consuming func commit() throws(CheckpointError) {
    try takeName()
    try finish()
  }
}
