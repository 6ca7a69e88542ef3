// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing

/// Malformed and hostile pickles, each with its exact message.
@Suite struct PickleRefusalTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var bytes: [UInt8]
    var message: String
    var code = CheckpointError.Code.corrupt
    var testDescription: String { message }

    init(_ bytes: [UInt8], _ message: String, _ code: CheckpointError.Code = .corrupt) {
      self.bytes = bytes
      self.message = message
      self.code = code
    }

    init(_ text: String, _ message: String, _ code: CheckpointError.Code = .corrupt) {
      self.init(Array(text.utf8), message, code)
    }
  }

  static let early = "\n  try: the file may be cut short: download or copy it again"

  static let rows = [
    Row([], "byte 0: the pickle ends early, without STOP" + early),
    Row("N", "byte 1: the pickle ends early, without STOP" + early),
    Row(".", "byte 0: STOP: the stack is empty"),
    Row([0xFF], "byte 0: byte 0xff is no pickle opcode"),
    Row("(.", "byte 1: STOP: the stack is empty"),
    Row([0x80, 6], "byte 0: PROTO: protocol 6; protocols 0 to 5 are read", .unsupported),
    Row(
      [0x97], "byte 0: NEXT_BUFFER: the object's bytes lie outside the pickle, in a buffer that is not here",
      .unsupported),
    Row(
      [0x4E, 0x98],
      "byte 1: READONLY_BUFFER: the object's bytes lie outside the pickle, in a buffer that is not here",
      .unsupported),
    Row(
      [0x58, 0xFF, 0xFF, 0xFF, 0xFF, 0x61],
      "byte 0: BINUNICODE: 4294967295 bytes should follow, but only 1 do"),
    Row([0x8E, 0, 0, 0, 0, 0, 0, 0, 0x80], "byte 0: BINBYTES8: a length of 9223372036854775808 bytes"),
    Row([0x8B, 0, 0, 0, 0x80], "byte 0: LONG4: a negative length"),
    Row([0x95, 9, 0, 0, 0, 0, 0, 0, 0, 0x4E, 0x2E], "byte 0: FRAME: a frame of 9 bytes, but only 2 follow"),
    Row([0x8C, 1, 0xFF, 0x2E], "byte 0: SHORT_BINUNICODE: its text is not UTF-8"),
    Row([0x63, 0xFF, 0x0A, 0x61, 0x0A], "byte 0: GLOBAL: its name is not UTF-8"),
    Row("cos\nsystem", "byte 0: GLOBAL: its line of text does not end"),
    Row("I1x\n.", "byte 0: INT: '1x' is no integer"),
    Row("I0777\n.", "byte 0: INT: '0777' is no integer"),
    Row("I\n.", "byte 0: INT: '' is no integer"),
    Row("L1LL\n.", "byte 0: LONG: '1L' is no integer"),
    Row(
      "L" + String(repeating: "9", count: 4301) + "L\n.", "byte 0: LONG: an integer of more than 4300 digits",
      .limit),
    Row("F0x1p3\n.", "byte 0: FLOAT: '0x1p3' is no number"),
    Row("F\n.", "byte 0: FLOAT: '' is no number"),
    Row("S'a\n.", "byte 0: STRING: its text is not a quoted string"),
    Row("S'\\x1'\n.", "byte 0: STRING: its text is not a quoted string"),
    Row("V\\u12\n.", "byte 0: UNICODE: its text has a malformed escape"),
    Row("V\\U00110000\n.", "byte 0: UNICODE: its text has a malformed escape"),
    Row("Np-1\n.", "byte 1: PUT: its index is no number"),
    Row("g0\n.", "byte 0: GET: memo 0 was never stored"),
    Row("h\u{7}.", "byte 0: BINGET: memo 7 was never stored"),
    Row("q\u{7}.", "byte 0: BINPUT: the stack is empty"),
    Row("N(q\u{7}.", "byte 2: BINPUT: the stack is empty"),
    Row("0.", "byte 0: POP: the stack is empty"),
    Row("1.", "byte 0: POP_MARK: no MARK on the stack"),
    Row("2.", "byte 0: DUP: the stack is empty"),
    Row(
      "N\u{86}.".unicodeScalars.map { UInt8($0.value) },
      "byte 1: TUPLE2: needs 2 items on the stack, 1 are there"),
    Row(
      "N(N\u{86}.".unicodeScalars.map { UInt8($0.value) },
      "byte 3: TUPLE2: needs 2 items on the stack, 1 are there"),
    Row("t.", "byte 0: TUPLE: no MARK on the stack"),
    Row("(Nd.", "byte 2: DICT: a key without value"),
    Row("}(Nu.", "byte 3: SETITEMS: a key without value"),
    Row("Na.", "byte 1: APPEND: the stack is empty"),
    Row("](Na.", "byte 3: APPEND: the stack is empty"),
    Row("}Na.", "byte 2: APPEND: a dict is no list"),
    Row(")(Ne.", "byte 3: APPENDS: a tuple is no list"),
    Row("(e.", "byte 1: APPENDS: the stack is empty"),
    Row("]NNs.", "byte 3: SETITEM: a list is no dict"),
    Row("I5\n(NNu.", "byte 6: SETITEMS: an integer is no dict"),
    Row([0x5D, 0x28, 0x4E, 0x90, 0x2E], "byte 3: ADDITEMS: a list is no set"),
    Row("cos\nsystem\nNR.", "byte 12: REDUCE: None where the argument tuple should be"),
    Row("N)R.", "byte 2: REDUCE: None cannot be called"),
    Row("S'os.system'\n)R.", "byte 14: REDUCE: a string cannot be called"),
    Row(
      [0x63, 0x61, 0x0A, 0x62, 0x0A, 0x29, 0x4E, 0x92, 0x2E],
      "byte 7: NEWOBJ_EX: None where the keyword dict should be"),
    Row("(o.", "byte 1: OBJ: no class after the MARK"),
    Row("N}b.", "byte 2: BUILD: None takes no state"),
    Row("cos\nsystem\n}b.", "byte 12: BUILD: the global os.system takes no state"),
    Row([0x4E, 0x4E, 0x93, 0x2E], "byte 2: STACK_GLOBAL: module and name must be strings"),
    Row([0x82, 0, 0x2E], "byte 0: EXT1: extension code 0; codes begin at 1"),
    Row([0x84, 0, 0, 0, 0x80, 0x2E], "byte 0: EXT4: extension code -2147483648; codes begin at 1"),
  ]

  @Test(arguments: rows)
  func `says what is wrong and where`(row: Row) {
    do throws(CheckpointError) {
      let graph = try PickleMachine.run(row.bytes)
      Issue.record("read as \(graph.text)")
    } catch {
      #expect(error.description == row.message)
      #expect(error.code == row.code)
    }
  }

  @Test func `names met before the error are reported`() {
    // The payload stands first, the breakage behind it: a loader would have run it.
    let bytes =
      Array("cos\nsystem\n(S'id'\ntR0(iposix\npopen\n".utf8) + [0x8C, 1, 0x61, 0x8C, 1, 0x62, 0x93, 0xFF]
    var machine = PickleMachine(bytes)
    #expect(throws: CheckpointError(.corrupt, "")) { try machine.run() }
    #expect(!machine.endedEarly)
    let names = PickleExamination(.memory(bytes)).names.map(\.name)
    #expect(names.map { "\($0.module) \($0.name)" } == ["os system", "posix popen", "a b"])
  }

  @Test func `positions count from the beginning of the bytes`() throws {
    let first = try PickleMachine.run(Array("N.I7\n.".utf8))
    #expect(first.byteCount == 2)
    let second = try PickleMachine.run(Array("N.I7\n.".utf8), from: first.byteCount)
    #expect(second.text == "7")
    #expect(second.byteCount == 4)
    #expect(throws: CheckpointError(.corrupt, "")) { try PickleMachine.run([], from: 7) }
  }
}
