// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// The examples of RFC 8785.
@Suite struct CanonicalJSONTests {
  private func text(_ value: JSONValue) throws -> String {
    String(decoding: try CanonicalJSON.bytes(of: value), as: UTF8.self)
  }

  @Test(
    arguments: [
      (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
      (0x8000_0000_0000_0001, "-5e-324"), (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
      (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
      (0xC340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
      (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
      (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"), (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
      (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
      (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
      (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5554, "333333333.33333325"),
      (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
      (0x41B3_DE43_5555_5557, "333333333.33333343"), (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
      (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
    ] as [(UInt64, String)])
  func `numbers are written as ECMAScript writes them`(_ bits: UInt64, _ expected: String) throws {
    #expect(try text(.double(Double(bitPattern: bits))) == expected)
  }

  @Test(arguments: [JSONValue.double(.nan), .double(.infinity), .int(1 << 53), .int(-1 << 53)])
  func `a number without such a form is refused`(_ value: JSONValue) {
    #expect(throws: CheckpointError(.unrepresentable, "")) { try text(.array([value])) }
  }

  @Test func `integers keep all digits that a double holds`() throws {
    #expect(try text(.array([.int(1 << 53 - 1), .int(-7), .int(0)])) == "[9007199254740991,-7,0]")
  }

  @Test func `members stand in the order of UTF-16 units`() throws {
    let names = ["\u{20AC}", "\r", "\u{FB33}", "1", "\u{1F600}", "\u{80}", "\u{F6}"]
    let object = JSONValue.object(
      Dictionary(uniqueKeysWithValues: names.enumerated().map { (Text($1), .int(Int64($0))) }))
    #expect(
      try text(object)
        == "{\"\\r\":1,\"1\":3,\"\u{80}\":5,\"\u{F6}\":6,\"\u{20AC}\":0,\"\u{1F600}\":4,\"\u{FB33}\":2}")
  }

  @Test func `texts are escaped as little as can be`() throws {
    let value = JSONValue.string(.init("\u{20AC}$\u{0F}\nA'B\"\\\\\"/\u{7F}\u{2028}"))
    #expect(try text(value) == "\"\u{20AC}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u{7F}\u{2028}\"")
  }

  @Test func `half a surrogate pair is refused, as a value and as a name`() throws {
    let half = try #require(Text(utf8: [0x61, 0xED, 0xA0, 0x80]))
    #expect(throws: CheckpointError(.unrepresentable, "")) { try text(.string(half)) }
    #expect(throws: CheckpointError(.unrepresentable, "")) { try text(.object([half: .null])) }
  }

  @Test func `nothing stands between tokens`() throws {
    let value = JSONValue.object([
      "b": .array([.null, .bool(true), .bool(false)]), "a": .object([:]), "": .array([]),
    ])
    #expect(try text(value) == #"{"":[],"a":{},"b":[null,true,false]}"#)
  }
}
