// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import CommandKit

@Suite struct WordsTests {
  @Test func `sizes have one decimal from a KiB on`() {
    #expect(
      [0, 1023, 1024, 1536, 1_048_576].map(Words.bytes) == ["0 B", "1023 B", "1.0 KiB", "1.5 KiB", "1.0 MiB"])
    #expect(Words.bytes(1024 * 1024 - 1) == "1.0 MiB")
    #expect(Words.bytes(.max) == "8388608.0 TiB")
  }

  @Test func `fixed decimals are rounded, and zero has no sign`() {
    #expect(Words.fixed(1.25, 1) == "1.3")
    #expect(Words.fixed(-0.05, 2) == "-0.05")
    #expect(Words.fixed(-0.001, 2) == "0.00")
    #expect(Words.fixed(12, 0) == "12")
  }

  @Test func `values are written as Python writes them`() {
    #expect(Words.python(.array([.null, .bool(true), .int(3), .double(0.5)])) == "[None, True, 3, 0.5]")
    #expect(Words.python(.object(["b": .double(.nan), "a": .string("x")])) == "{'a': 'x', 'b': nan}")
  }

  @Test func `text from a file cannot steer a terminal`() {
    #expect(Words.plain("a\u{1B}[2Jb\u{7F}\u{202E}c\n") == "a\\u{1b}[2Jb\\u{7f}\\u{202e}c\\u{a}")
    #expect(Words.plain("层.0") == "层.0")
  }

  @Test func `columns are aligned and nothing trails`() {
    var table = TextTable(.left, .right, .left)
    table.add(["a", "1", "x"])
    table.add(["bcd", "22"])
    table.add(["e", "", ""])
    #expect(table.text == "a     1  x\nbcd  22\ne\n")
  }

  @Test func `progress says how far, how fast and how long`() {
    let line = Progress.line("hashing", done: 1 << 20, total: 3 << 20, elapsed: .seconds(2))
    #expect(line == "hashing 1.0 MiB of 3.0 MiB, 512.0 KiB/s, 4 s left")
    #expect(
      Progress.line("reading", done: 2048, total: nil, elapsed: .seconds(1)) == "reading 2.0 KiB, 2.0 KiB/s")
  }
}
