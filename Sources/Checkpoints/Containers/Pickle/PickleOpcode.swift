// SPDX-License-Identifier: Apache-2.0

/// The opcodes of pickle protocols 0 to 5, under the names that CPython's `pickletools` gives them.
package enum PickleOpcode: UInt8, Sendable, CaseIterable {
  // Protocol 0: text, a line an argument.
  case MARK = 0x28
  case STOP = 0x2E
  case POP = 0x30
  case POP_MARK = 0x31
  case DUP = 0x32
  case FLOAT = 0x46
  case INT = 0x49
  case LONG = 0x4C
  case NONE = 0x4E
  case PERSID = 0x50
  case REDUCE = 0x52
  case STRING = 0x53
  case UNICODE = 0x56
  case APPEND = 0x61
  case BUILD = 0x62
  case GLOBAL = 0x63
  case DICT = 0x64
  case GET = 0x67
  case INST = 0x69
  case LIST = 0x6C
  case PUT = 0x70
  case SETITEM = 0x73
  case TUPLE = 0x74

  // Protocol 1: binary arguments.
  case EMPTY_TUPLE = 0x29
  case BINFLOAT = 0x47
  case BININT = 0x4A
  case BININT1 = 0x4B
  case BININT2 = 0x4D
  case BINPERSID = 0x51
  case BINSTRING = 0x54
  case SHORT_BINSTRING = 0x55
  case BINUNICODE = 0x58
  case EMPTY_LIST = 0x5D
  case APPENDS = 0x65
  case BINGET = 0x68
  case LONG_BINGET = 0x6A
  case OBJ = 0x6F
  case BINPUT = 0x71
  case LONG_BINPUT = 0x72
  case SETITEMS = 0x75
  case EMPTY_DICT = 0x7D

  // Protocol 2.
  case PROTO = 0x80
  case NEWOBJ = 0x81
  case EXT1 = 0x82
  case EXT2 = 0x83
  case EXT4 = 0x84
  case TUPLE1 = 0x85
  case TUPLE2 = 0x86
  case TUPLE3 = 0x87
  case NEWTRUE = 0x88
  case NEWFALSE = 0x89
  case LONG1 = 0x8A
  case LONG4 = 0x8B

  // Protocol 3.
  case BINBYTES = 0x42
  case SHORT_BINBYTES = 0x43

  // Protocol 4.
  case SHORT_BINUNICODE = 0x8C
  case BINUNICODE8 = 0x8D
  case BINBYTES8 = 0x8E
  case EMPTY_SET = 0x8F
  case ADDITEMS = 0x90
  case FROZENSET = 0x91
  case NEWOBJ_EX = 0x92
  case STACK_GLOBAL = 0x93
  case MEMOIZE = 0x94
  case FRAME = 0x95

  // Protocol 5.
  case BYTEARRAY8 = 0x96
  case NEXT_BUFFER = 0x97
  case READONLY_BUFFER = 0x98

  package var name: String { "\(self)" }
}
