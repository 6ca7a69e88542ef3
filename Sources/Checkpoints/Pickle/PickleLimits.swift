// SPDX-License-Identifier: Apache-2.0

/// Bounds on what a pickle may cost, far above what real checkpoints need.
///
/// One opcode byte can build a node of some hundred bytes, so the size of the pickle alone bounds nothing useful.
package struct PickleLimits: Sendable {
  package var opcodes = 1 << 28
  package var nodes = 1 << 26
  /// Items and marks that may stand on the stack at once.
  package var stack = 1 << 26
  /// Bytes of memory that nodes and memo may take, as estimated while they are made.
  package var memory = 2 << 30

  package static let standard = PickleLimits()

  package init() {}
}
