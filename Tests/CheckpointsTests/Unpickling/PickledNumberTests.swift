// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing

/// Text for numbers: what C or Python takes is followed, and told where only one of them does. What each takes was asked
/// of CPython 3.11.
@Suite struct PickledNumberTests {
  enum Readers: Sendable { case both, one, none }

  private func readers(_ opcode: String, _ line: String) -> Readers {
    let found = PickleExamination(Pickled.text(opcode + line + "\n."))
    guard case .stop = found.end else { return .none }
    return found.oddities.isEmpty ? .both : .one
  }

  @Test(arguments: [
    ("00", Readers.both), ("01", .both), ("-5", .both), (" 7", .both), ("+7", .both), ("0x1F", .both),
    ("1_0", .both),
    ("7 ", .both), ("0", .both), ("99999999999999999999", .both), ("0o17", .both), ("0x_f", .both),
    ("00_0", .both),
    ("0777", .one), ("0777777777777777777777777", .none), ("12\0junk", .one), ("\0", .one), ("1__0", .none),
    ("_1", .none), ("x", .none),
    ("", .none),
    (" ", .none), ("0x", .none), ("08", .none), ("1L", .none), ("-", .none),
  ])
  func `INT`(line: String, expected: Readers) { #expect(readers("I", line) == expected) }

  @Test(arguments: [
    ("5L", Readers.both), ("5", .both), (" 5L", .both), ("0x5L", .both), ("5\0xL", .one), ("5LL", .none),
    ("L", .none),
    ("", .none), ("0777L", .none),
  ])
  func `LONG`(line: String, expected: Readers) { #expect(readers("L", line) == expected) }

  @Test(arguments: [
    ("1.5", Readers.both), ("-inf", .both), ("nan", .both), ("1e5", .both), (".5", .both), ("5.", .both),
    ("1_0.5", .one), (" 1.5", .one), ("1.5 ", .one), ("1.5\0x", .one), ("0x1p3", .none), ("", .none),
    ("1e", .none), ("e5", .none), ("1e999", .one), ("-1e999", .one), ("-infinity", .both), ("1e-999", .both),
  ])
  func `FLOAT`(line: String, expected: Readers) { #expect(readers("F", line) == expected) }

  @Test(arguments: [
    ("7", Readers.both), ("007", .both), (" 7", .both), ("+7", .both), ("7_0", .both), ("7\0x", .one),
    ("99999999999999999999", .one), ("-1", .none), ("0x7", .none), ("", .none), ("a", .none),
  ])
  func `PUT`(line: String, expected: Readers) { #expect(readers("Np", line) == expected) }

  @Test func `an index is the same in every way to write it`() {
    let found = PickleExamination(Pickled.text("Vos\np 1_0 \n0h\u{A}Vsystem\n") + [0x93, 0x2E])
    #expect(found.names.map(\.name) == [GlobalName("os", "system")])
  }

  @Test func `a negative index is refused`() {
    #expect(
      PickleExamination(Pickled.text("Np0\n0g-1\n.")).text == "broken: byte 5: GET: memo -1 was never stored")
  }

  @Test func `what only pickle.py has in its memo is unknown`() {
    let found = PickleExamination(
      Pickled.text("Vos\np99999999999999999999\n0g99999999999999999999\nVa\n") + [0x93, 0x2E])
    #expect(found.oddities.map(\.oddity) == [.readersDiffer(.memoIndex), .computedName])
  }

  @Test func `numbers and names of any length are bounded, and hide nothing`() {
    let zeros = String(repeating: "0", count: 70_000)
    let index = PickleExamination(Pickled.text("Vos\np\(zeros)5\n0g5\nVa\n") + [0x93])
    #expect(index.oddities.map(\.oddity) == [.readersDiffer(.memoIndex), .computedName])
    let number = PickleExamination(Pickled.text("I\(zeros)\n0cos\nsystem\n."))
    #expect(number.names.map(\.name) == [GlobalName("os", "system")])
    #expect(
      PickleExamination(Pickled.text("c\(zeros)\nb\n.")).text
        == "broken: byte 0: GLOBAL: its name has more than 65536 bytes")
  }

  @Test func `the last line without newline is what pickle.py makes of it`() {
    let found = PickleExamination(Pickled.text("(S'id'\nios\nsystemX"))
    #expect(found.names.map(\.name) == [GlobalName("os", "system")])
    #expect(found.names.map(\.isCalled) == [true])
    #expect(found.oddities.map(\.oddity) == [.readersDiffer(.lineWithoutEnd)])
    // It has loaded the module when it finds no name.
    #expect(PickleExamination(Pickled.text("cos\n")).names.map(\.name) == [GlobalName("os", "")])
    #expect(PickleExamination(Pickled.text("cosX")).names.map(\.name) == [GlobalName("os", "")])
    #expect(PickleExamination(Pickled.text("c")).names.isEmpty)
  }

  @Test func `a pickle is what would do something`() {
    func isPickle(_ text: String) -> Bool { PickleExamination(Pickled.text(text)).isPickle }
    #expect(isPickle("cos\nsystem\n."))
    #expect(isPickle("N0cos\nsystem\n."))
    #expect(isPickle("cos\nsystem\n)R\u{1}"))
    #expect(isPickle("(S'id'\nios\nsystem\n"))
    // Text, numbers, and names that Python cannot have.
    #expect(!isPickle("cat\ndog\nfish\n"))
    #expect(!isPickle("I1\n."))
    #expect(!isPickle("(in-package :foo)\n(defun f ())\n"))
    #expect(!isPickle("{\"a\": 1}"))
    #expect(!isPickle(""))
    #expect(PickleExamination([0x80, 2, 0x4E, 0x2E]).isPickle)
    #expect(PickleExamination([0x80, 2, 0x5D]).isPickle)
    // A header of safetensors of 640 bytes.
    #expect(!PickleExamination([0x80, 2, 0, 0, 0, 0, 0, 0, 0x7B]).isPickle)
  }
}
