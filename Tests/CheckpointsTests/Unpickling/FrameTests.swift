// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing

/// Frames: C, `pickle.py` and `pickletools` read them differently where they do not fit.
@Suite struct FrameTests {
  /// fickling's test of cpython issue 154848, without what makes Python's file buffer end in the frame.
  @Test func `an argument that crosses a frame hides nothing`() {
    let hidden = Pickled.payload + Pickled.text("(")
    let padding = [UInt8](repeating: 0x4E, count: 256 + 5 - hidden.count)
    let bytes =
      [0x80, 5] + Pickled.text("(") + Pickled.frame(2) + Pickled.binbytes(0x107) + [0, 0] + hidden + padding
      + Pickled.text("1.")
    let found = PickleExamination(bytes)
    #expect(found.names.map(\.name) == [GlobalName("os", "system")])
    #expect(found.names.allSatisfy { $0.isBehindFrame && $0.isCalled })
    #expect(found.oddities.map(\.oddity) == [.readersDiffer(.argumentCrossesFrame)])
    #expect(found.oddities.map(\.offset) == [12])
  }

  @Test func `what crosses a frame in a line, a length and a number is seen`() {
    // The frame ends within the text, the length and the number.
    for argument in [Pickled.text("Vabc\n"), [0x8E, 1, 0, 0, 0, 0, 0, 0, 0, 9], [0x4A, 1, 0, 0, 0]] {
      let found = PickleExamination([0x80, 4] + Pickled.frame(3) + argument + Pickled.text("."))
      #expect(found.oddities.map(\.oddity).contains(.readersDiffer(.argumentCrossesFrame)))
    }
  }

  @Test func `an argument that begins where its frame ends is read alike by all`() {
    let found = PickleExamination([0x80, 4] + Pickled.frame(1) + [0x4A, 1, 0, 0, 0] + Pickled.text("."))
    #expect(found.text == "stop 17")
  }

  @Test func `a frame in a frame`() {
    let bytes =
      [0x80, 4] + Pickled.frame(16) + [0x4E] + Pickled.frame(6) + [0x30, 0x4E, 0x4E, 0x30, 0x30, 0x4E]
    let found = PickleExamination(bytes + Pickled.text("."))
    #expect(found.oddities.map(\.oddity) == [.readersDiffer(.frameInFrame(rest: 6))])
    #expect(found.oddities.map(\.offset) == [12])
  }

  /// The inner frame is longer than what the outer one has left: C before 3.13.15 goes on behind the outer one.
  @Test func `a frame in a frame that hides a call`() {
    let hidden = Pickled.text("0") + Pickled.payload + Pickled.text(".")
    let bytes =
      [0x80, 4] + Pickled.frame(12) + [0x4E] + Pickled.frame(hidden.count) + Pickled.text("0N") + hidden
    // Straight on, `0N` and then `0` and the payload run; so both readers see it.
    let found = PickleExamination(bytes)
    #expect(found.names.map(\.name) == [GlobalName("os", "system")])
    // With a string around it, only the one does that leaves out the rest of the frame.
    let quoted =
      [0x80, 4] + Pickled.frame(12) + [0x4E] + Pickled.frame(hidden.count + 30) + [0x8C, 40] + hidden
      + [UInt8](repeating: 0x4E, count: 30) + Pickled.text(".")
    let other = PickleExamination(quoted)
    #expect(other.names.map(\.isBehindFrame) == [true])
  }

  /// What lets bytes pass for a pickle may be a call that only the one reader makes.
  @Test func `a call behind a frame is a call`() {
    let hidden = Pickled.text("0") + Pickled.payload + Pickled.text(".")
    let bytes =
      Pickled.frame(12) + [0x4E] + Pickled.frame(hidden.count + 30) + [0x8C, 40] + hidden
      + [UInt8](repeating: 0x4E, count: 30) + [0xFF]
    let found = PickleExamination(bytes)
    #expect(found.names.map(\.isBehindFrame) == [true])
    #expect(found.isPickle && found.callCount == 1)
  }

  /// Bytes alone are taken by C as far as its buffer has them, and then from the file.
  @Test func `what follows bytes that cross a frame is read where they end`() {
    let hidden = Pickled.text("0") + Pickled.payload + Pickled.text(".")
    let bytes =
      [0x80, 4] + Pickled.frame(4) + [0x43, 4, 1, 2, 3, 4] + Pickled.text("0") + Pickled.frame(12) + [0x4E]
      + Pickled.frame(hidden.count + 30) + [0x8C, 40] + hidden + [UInt8](repeating: 0x4E, count: 30)
    let found = PickleExamination(bytes + Pickled.text("."))
    #expect(found.names.map(\.isBehindFrame) == [true])
    #expect(found.oddities.first?.oddity == .readersDiffer(.argumentCrossesFrame))
  }

  @Test func `a frame that is longer than what follows ends nothing`() {
    let found = PickleExamination([0x80, 4] + Pickled.frame(99) + Pickled.payload + Pickled.text("."))
    #expect(
      found.text
        == "os.system@11(); readersDiffer(Checkpoints.ReaderDifference.frameBeyondEnd(missing: 79))@2; stop 31"
    )
  }

  @Test func `STOP before its frame ends has two places for the next pickle`() {
    let found = PickleExamination([0x80, 4] + Pickled.frame(4) + Pickled.text("N.NN") + Pickled.payload)
    #expect(
      found.text
        == "readersDiffer(Checkpoints.ReaderDifference.stopInFrame(rest: 2))@12; stop 13 or 15")
  }

  /// Frames of 64 KiB or so, large bytes outside of them, none around fewer than four bytes.
  @Test func `frames as CPython writes them are not odd`() {
    let text = [0x8C, 200] + [UInt8](repeating: 0x61, count: 200) + [0x94]
    let list = Pickled.text("]") + [0x94] + Pickled.text("(") + (0..<330).flatMap { _ in text }
    let large = Pickled.binbytes(70_000) + [UInt8](repeating: 0x62, count: 70_000)
    let bytes = [0x80, 4] + Pickled.frame(list.count) + list + large + [0x94] + large
    let end = Pickled.frame(4) + [0x94, 0x4E] + Pickled.text("e.")
    #expect(PickleExamination(bytes + end).text == "stop \(bytes.count + end.count)")
  }

  @Test func `an empty frame, and one in an old protocol, are read alike by all`() {
    #expect(PickleExamination(Pickled.frame(0) + Pickled.text("N.")).text == "stop 11")
    #expect(PickleExamination([0x80, 2] + Pickled.frame(2) + Pickled.text("N.")).text == "stop 13")
  }

  @Test func `no reader takes a length beyond 63 bits`() {
    let found = PickleExamination([0x95] + [UInt8](repeating: 0xFF, count: 8) + Pickled.text("N."))
    #expect(found.text == "broken: byte 0: FRAME: a length of 18446744073709551615 bytes")
  }
}
