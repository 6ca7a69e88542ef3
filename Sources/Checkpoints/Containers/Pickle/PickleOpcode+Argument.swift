// SPDX-License-Identifier: Apache-2.0

extension PickleOpcode {
  /// What follows an opcode.
  enum ArgumentForm: Equatable {
    case nothing
    /// A little-endian number of so many bytes; BINFLOAT's is big-endian.
    case number(Int)
    /// A length of so many bytes, and that many bytes.
    case counted(Int)
    /// Text up to a newline.
    case line
    /// A module and a name in it, a line each.
    case twoLines
  }

  /// What follows this opcode, as `pickletools` has it.
  var argument: ArgumentForm {
    switch self {
    case .INT, .LONG, .FLOAT, .STRING, .UNICODE, .PERSID, .GET, .PUT: .line
    case .GLOBAL, .INST: .twoLines
    case .PROTO, .BININT1, .BINGET, .BINPUT, .EXT1: .number(1)
    case .BININT2, .EXT2: .number(2)
    case .BININT, .LONG_BINGET, .LONG_BINPUT, .EXT4: .number(4)
    case .BINFLOAT, .FRAME: .number(8)
    case .LONG1, .SHORT_BINSTRING, .SHORT_BINBYTES, .SHORT_BINUNICODE: .counted(1)
    case .LONG4, .BINSTRING, .BINBYTES, .BINUNICODE: .counted(4)
    case .BINBYTES8, .BINUNICODE8, .BYTEARRAY8: .counted(8)
    default: .nothing
    }
  }
}
