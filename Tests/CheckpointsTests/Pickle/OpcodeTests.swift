// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing

/// Each opcode by itself, in pickles assembled by hand.
@Suite struct OpcodeTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var parts: [Part]
    var expected: String
    var testDescription: String { expected }
  }

  /// An opcode with its argument.
  enum Part: Sendable {
    case op(PickleOpcode, [UInt8])
    case text(PickleOpcode, String)
  }

  static func bytes(_ parts: [Part]) -> [UInt8] {
    var bytes: [UInt8] = []
    for part in parts {
      switch part {
      case .op(let opcode, let argument): bytes += [opcode.rawValue] + argument
      case .text(let opcode, let argument): bytes += [opcode.rawValue] + Array(argument.utf8)
      }
    }
    return bytes + [PickleOpcode.STOP.rawValue]
  }

  private static func op(_ opcode: PickleOpcode, _ argument: UInt8...) -> Part { .op(opcode, argument) }
  private static func text(_ opcode: PickleOpcode, _ argument: String) -> Part { .text(opcode, argument) }
  private static func row(_ expected: String, _ parts: Part...) -> Row {
    Row(parts: parts, expected: expected)
  }

  static let named = text(.GLOBAL, "m\nC\n")

  static let values = [
    row("None", op(.NONE)),
    row("True", op(.NEWTRUE)),
    row("False", op(.NEWFALSE)),
    row("True", text(.INT, "01\n")),
    row("False", text(.INT, "00\n")),
    row("-12", text(.INT, "-12\n")),
    row("255", text(.INT, "0xff\n")),
    row("0x000000000000008000", text(.INT, "9223372036854775808\n")),
    row("7", text(.LONG, "7L\n")),
    row("-7", text(.LONG, "-7\n")),
    row("-9223372036854775808", text(.LONG, "-9223372036854775808L\n")),
    row("-1", op(.BININT, 0xFF, 0xFF, 0xFF, 0xFF)),
    row("255", op(.BININT1, 0xFF)),
    row("513", op(.BININT2, 1, 2)),
    row("0", op(.LONG1, 0)),
    row("-128", op(.LONG1, 1, 0x80)),
    row("128", op(.LONG1, 2, 0x80, 0)),
    row("-1", op(.LONG1, 10, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255)),
    row("0xffffffffffffffff00", op(.LONG1, 10, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0)),
    row("258", op(.LONG4, 2, 0, 0, 0, 2, 1)),
    row("f3ff8000000000000", text(.FLOAT, "1.5\n")),
    row("fc3e0000000000000", text(.FLOAT, "-9.223372036854775808e18\n")),
    row("f3ff8000000000000", op(.BINFLOAT, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0)),
    row("'a\\u{a}\\u{27}\\u{5c}z\\u{7}S'", text(.STRING, "'a\\n\\'\\\\z\\a\\123'\n")),
    row("bff00", text(.STRING, "\"\\xff\\0\"\n")),
    row("'\\u{5c}q'", text(.STRING, "'\\q'\n")),
    row("'ab'", op(.BINSTRING, 2, 0, 0, 0, 0x61, 0x62)),
    row("bff", op(.SHORT_BINSTRING, 1, 0xFF)),
    row("'a\\u{e9}A\\u{1f600}'", .op(.UNICODE, [0x61, 0xE9] + Array("\\u0041\\U0001f600\n".utf8))),
    row("'\\u{5c}\\u{5c}u0041'", text(.UNICODE, "\\\\u0041\n")),
    row("'ab'", op(.BINUNICODE, 2, 0, 0, 0, 0x61, 0x62)),
    row("'ab'", op(.SHORT_BINUNICODE, 2, 0x61, 0x62)),
    row("'ab'", op(.BINUNICODE8, 2, 0, 0, 0, 0, 0, 0, 0, 0x61, 0x62)),
    row("seda080", op(.SHORT_BINUNICODE, 3, 0xED, 0xA0, 0x80)),
    row("b6162", op(.BINBYTES, 2, 0, 0, 0, 0x61, 0x62)),
    row("b6162", op(.SHORT_BINBYTES, 2, 0x61, 0x62)),
    row("b6162", op(.BINBYTES8, 2, 0, 0, 0, 0, 0, 0, 0, 0x61, 0x62)),
    row("bytearray(6162)", op(.BYTEARRAY8, 2, 0, 0, 0, 0, 0, 0, 0, 0x61, 0x62)),
    row("None", op(.PROTO, 4), op(.FRAME, 2, 0, 0, 0, 0, 0, 0, 0), op(.NONE)),
  ]

  static let containers = [
    row("()", op(.EMPTY_TUPLE)),
    row("(1)", op(.BININT1, 1), op(.TUPLE1)),
    row("(1, 2)", op(.BININT1, 1), op(.BININT1, 2), op(.TUPLE2)),
    row("(1, 2, 3)", op(.BININT1, 1), op(.BININT1, 2), op(.BININT1, 3), op(.TUPLE3)),
    row("(1, 2)", op(.MARK), op(.BININT1, 1), op(.BININT1, 2), op(.TUPLE)),
    row("[]", op(.EMPTY_LIST)),
    row("[1, 2]", op(.MARK), op(.BININT1, 1), op(.BININT1, 2), op(.LIST)),
    row("[1]", op(.EMPTY_LIST), op(.BININT1, 1), op(.APPEND)),
    row("[1, 2]", op(.EMPTY_LIST), op(.MARK), op(.BININT1, 1), op(.BININT1, 2), op(.APPENDS)),
    row("{}", op(.EMPTY_DICT)),
    row("{1: 2}", op(.MARK), op(.BININT1, 1), op(.BININT1, 2), op(.DICT)),
    row("{1: 2}", op(.EMPTY_DICT), op(.BININT1, 1), op(.BININT1, 2), op(.SETITEM)),
    row(
      "{1: 2, 1: 3}", op(.EMPTY_DICT), op(.MARK), op(.BININT1, 1), op(.BININT1, 2), op(.BININT1, 1),
      op(.BININT1, 3),
      op(.SETITEMS)),
    row("set()", op(.EMPTY_SET)),
    row("set(1)", op(.EMPTY_SET), op(.MARK), op(.BININT1, 1), op(.ADDITEMS)),
    row("frozenset(1)", op(.MARK), op(.BININT1, 1), op(.FROZENSET)),
    row("1", op(.BININT1, 1), op(.NONE), op(.POP)),
    row("1", op(.BININT1, 1), op(.MARK), op(.POP)),
    row("1", op(.BININT1, 1), op(.MARK), op(.NONE), op(.NONE), op(.POP_MARK)),
    row("([], ^1)", op(.EMPTY_LIST), op(.DUP), op(.TUPLE2)),
    row("([], ^1)", op(.EMPTY_LIST), text(.PUT, "7\n"), text(.GET, "7\n"), op(.TUPLE2)),
    row("([], ^1)", op(.EMPTY_LIST), op(.BINPUT, 7), op(.BINGET, 7), op(.TUPLE2)),
    row(
      "([], ^1)", op(.EMPTY_LIST), op(.LONG_BINPUT, 0, 0, 0, 0x80), op(.LONG_BINGET, 0, 0, 0, 0x80),
      op(.TUPLE2)),
    row("([], ^1)", op(.EMPTY_LIST), op(.MEMOIZE), op(.BINGET, 0), op(.TUPLE2)),
    // MEMOIZE takes the number of indices in use, whichever they are.
    row(
      "(None, True)", op(.NONE), op(.BINPUT, 9), op(.NEWTRUE), op(.MEMOIZE), op(.POP), op(.BINGET, 1),
      op(.TUPLE2)),
  ]

  static let objects = [
    row("<m C>", named),
    row("<m C>", op(.SHORT_BINUNICODE, 1, 0x6D), op(.SHORT_BINUNICODE, 1, 0x43), op(.STACK_GLOBAL)),
    row("ext(200)", op(.EXT1, 200)),
    row("ext(513)", op(.EXT2, 1, 2)),
    row("ext(16909060)", op(.EXT4, 4, 3, 2, 1)),
    row("pid('0')", text(.PERSID, "0\n")),
    row("pid(5)", op(.BININT1, 5), op(.BINPERSID)),
    row("reduce(<m C>, ())", named, op(.EMPTY_TUPLE), op(.REDUCE)),
    row("newobj(<m C>, ())", named, op(.EMPTY_TUPLE), op(.NEWOBJ)),
    row("newobjEx(<m C>, (), {})", named, op(.EMPTY_TUPLE), op(.EMPTY_DICT), op(.NEWOBJ_EX)),
    row("inst(<m C>, (1))", op(.MARK), op(.BININT1, 1), text(.INST, "m\nC\n")),
    row("inst(<m C>, (1))", op(.MARK), named, op(.BININT1, 1), op(.OBJ)),
    row(
      "reduce(<m C>, (), states[{}, 1])", named, op(.EMPTY_TUPLE), op(.REDUCE), op(.EMPTY_DICT), op(.BUILD),
      op(.BININT1, 1), op(.BUILD)),
    row(
      "reduce(<m C>, (), items[1, 2, 3])", named, op(.EMPTY_TUPLE), op(.REDUCE), op(.BININT1, 1), op(.APPEND),
      op(.MARK),
      op(.BININT1, 2), op(.BININT1, 3), op(.APPENDS)),
    row(
      "reduce(<m C>, (), pairs{1: 2, 3: 4})", named, op(.EMPTY_TUPLE), op(.REDUCE), op(.BININT1, 1),
      op(.BININT1, 2),
      op(.SETITEM), op(.MARK), op(.BININT1, 3), op(.BININT1, 4), op(.SETITEMS)),
    row(
      "reduce(<m C>, (), members[1])", named, op(.EMPTY_TUPLE), op(.REDUCE), op(.MARK), op(.BININT1, 1),
      op(.ADDITEMS)),
  ]

  @Test(arguments: values + containers + objects)
  func `builds what CPython would`(row: Row) throws {
    let bytes = Self.bytes(row.parts)
    let graph = try PickleMachine.run(bytes)
    #expect(graph.text == row.expected)
    #expect(graph.byteCount == bytes.count)
  }

  @Test func `every opcode has a row`() {
    var missing = Set(PickleOpcode.allCases)
    for row in Self.values + Self.containers + Self.objects {
      for part in row.parts {
        switch part {
        case .op(let opcode, _), .text(let opcode, _): missing.remove(opcode)
        }
      }
    }
    // The first ends every row; the others ask for a buffer that no file holds.
    #expect(missing == [.STOP, .NEXT_BUFFER, .READONLY_BUFFER])
  }
}
