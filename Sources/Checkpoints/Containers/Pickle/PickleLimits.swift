// SPDX-License-Identifier: Apache-2.0

/// Bounds on what a pickle may cost, far above what real checkpoints need.
///
/// One opcode byte can build a node of some hundred bytes, and a deflated byte a thousand opcodes, so neither the size of
/// the pickle nor that of the file bounds anything useful alone: `memory` is what counts.
package struct PickleLimits: Sendable {
  package var opcodes = 1 << 28
  package var nodes = 1 << 26
  /// Items and marks that may stand on the stack at once.
  package var stack = 1 << 26
  /// Bytes of memory that nodes and memo may take, as estimated while they are made, and the values of the document that
  /// they become.
  package var memory = 2 << 30
  /// Items of lists, dicts and sets, and of tuples that are no mere arguments.
  package var items = 1 << 28
  /// Bytes of the name of a class or function with its module: thousands of objects may share it, and each shows it.
  package var name = 1024
  /// Whether `--trust-sizes` would lift what is reached: for the hint.
  package var isForStructure = false

  package static let standard = PickleLimits()

  package init() {}

  /// Those for a pickle that takes `packed` bytes of its file.
  package static func reading(_ packed: Int) -> PickleLimits {
    let structure = StructureLimits.current
    var limits = PickleLimits()
    limits.memory = structure.memory(packed)
    limits.items = structure.items(packed)
    limits.isForStructure = true
    if structure.trustsSizes {
      limits.opcodes = Int.max
      limits.name = Int.max
      // Nodes have indexes of 32 bits.
      limits.nodes = Int(Int32.max)
      limits.stack = Int(Int32.max)
    }
    return limits
  }
}
