// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing

/// Lines around a place: enough to see what stands there, and safe to show.
@Suite struct PickleDisassemblyTests {
  private func lines(_ bytes: [UInt8], _ offset: Int, before: Int = 3, after: Int = 2) -> [String] {
    PickleDisassembly(.memory(bytes)).lines(around: [offset], before: before, after: after)[offset]?.map(
      \.text) ?? []
  }

  @Test func `some before and after`() {
    let bytes = [0x80, 2] + Pickled.text("NN0") + Pickled.payload + Pickled.text("0N.")
    #expect(
      lines(bytes, 5) == [
        "      2: NONE", "      3: NONE", "      4: POP", "      5: GLOBAL     'os system'",
        "     16: UNICODE    'true'", "     22: TUPLE1",
      ])
    #expect(lines(bytes, 0, before: 3, after: 0) == ["      0: PROTO      2"])
    #expect(lines(bytes, 25, after: 9).suffix(2) == ["     25: NONE", "     26: STOP"])
  }

  @Test func `arguments are shown as what they are, quoted and cut`() {
    let bytes =
      [0x4A, 0xFF, 0xFF, 0xFF, 0xFF] + [0x8A, 1, 0xFE] + [0x43, 3, 0, 0x27, 0x61]
      + [0x8C, 4, 0x1B, 0x5B, 0x27, 0x61] + [0x47, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0] + [0x43, 80]
      + [UInt8](repeating: 0x62, count: 80) + [0x96, 1, 0, 0, 0, 0, 0, 0, 0, 0x7F]
    #expect(
      lines(bytes, 0, after: 6) == [
        "      0: BININT     -1", "      5: LONG1      -2", "      8: SHORT_BINBYTES b'\\x00\\'a'",
        "     13: SHORT_BINUNICODE '\\u{1b}[\\'a'", "     19: BINFLOAT   1.5",
        "     28: SHORT_BINBYTES b'" + String(repeating: "b", count: 60) + "...'",
        "    110: BYTEARRAY8 bytearray(b'\\x7f')",
      ])
  }

  @Test func `a place between opcodes has no lines before it, and one beyond the end none`() {
    let bytes = Pickled.text("cos\nsystem\n.")
    #expect(lines(bytes, 3) == [])
    #expect(lines(bytes, 99) == [])
    #expect(lines(bytes + Pickled.text("N."), 12) == ["     12: NONE", "     13: STOP"])
  }
}
