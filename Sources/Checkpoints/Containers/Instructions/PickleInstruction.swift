// SPDX-License-Identifier: Apache-2.0

/// One opcode with its argument, as places in a source: what an argument holds is read by whoever wants it.
struct PickleInstruction {
  enum Argument: Equatable {
    case nothing
    /// As it stands, without a sign.
    case number(UInt64)
    /// The bytes behind a length.
    case bytes(Range<Int>)
    /// A line without its newline.
    case line(Range<Int>)
    case twoLines(Range<Int>, Range<Int>)
  }

  var opcode: PickleOpcode
  /// Where the opcode lies in the source.
  var offset: Int
  var argument: Argument
}
