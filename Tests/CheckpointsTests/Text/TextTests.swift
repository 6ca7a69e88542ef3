// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// Text is compared as Python compares it: the expectations are Python's.
@Suite struct TextTests {
  @Test("texts that are canonically equal are two")
  func canonicallyEqualTexts() {
    for (one, other) in [
      ("\u{E9}", "e\u{301}"), ("\u{2126}", "\u{3A9}"), ("\u{212A}", "K"), ("\u{F900}", "\u{8C48}"),
      ("\u{AC00}", "\u{1100}\u{1161}"), ("\u{37E}", ";"),
    ] {
      #expect(one == other, "else this shows nothing")
      #expect(Text(one) != Text(other))
      #expect(Set([Text(one), Text(other)]).count == 2)
      #expect((Text(one) < Text(other)) == one.unicodeScalars.lexicographicallyPrecedes(other.unicodeScalars))
    }
  }

  @Test("a carriage return and a newline are two characters")
  func carriageReturns() {
    #expect(Text("a\r\nb").split("\n") == ["a\r", "b"])
    #expect(Text("a\r\n").hasSuffix("\n"))
    #expect(Text("e\u{301}").hasPrefix("e"))
    #expect(Text("e\u{301}x").dropping(prefix: "e") == "\u{301}x")
    #expect(Text("\u{301}x").dropping(suffix: "x") == "\u{301}")
  }

  @Test("lone surrogates are kept, compared and shown")
  func loneSurrogates() throws {
    let high = try #require(Text(utf8: [0xED, 0xA0, 0x80]))
    let low = try #require(Text(utf8: [0x61, 0xED, 0xB0, 0x81, 0x62]))
    #expect(high.shown == "\\ud800")
    #expect(low.shown == "a\\udc01b")
    #expect(high != Text("\\ud800"))
    #expect(high.string == nil && high.bytes == [0xED, 0xA0, 0x80])
    #expect((low + high).bytes == [0x61, 0xED, 0xB0, 0x81, 0x62, 0xED, 0xA0, 0x80])
    #expect((low + ".x").dropping(suffix: ".x") == low)
    // Python sorts by code points: U+D800 before U+E000, U+FFFF and U+10000.
    #expect(
      [Text("\u{10000}"), Text("\u{E000}"), high].sorted() == [high, Text("\u{E000}"), Text("\u{10000}")])
    #expect(Text(utf8: [0xED, 0xA0]) == nil)
    #expect(Text(utf8: [0xFF]) == nil)
    #expect(Text(utf8: [0xC3, 0xA9])?.shown == "\u{E9}")
  }

  @Test("parts are cut at ASCII characters")
  func parts() {
    #expect(Text("a..b").split(".") == ["a", "", "b"])
    #expect(Text("").split(".") == [""])
    #expect(Text("a.b.c").prefix(before: ".") == "a")
    #expect(Text("a.b.c").suffix(after: ".") == "c")
    #expect(["a", "b"].map(Text.init(stringLiteral:)).joined(separator: ".") == "a.b")
    #expect(Text("ab") < Text("abc") && Text("a") < Text("b") && !(Text("b") < Text("a")))
  }
}
