// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

private struct Unexpected: Error {}

/// What PyYAML makes of texts (`fixtures/yaml/make.py`), and what is stricter here.
@Suite struct YAMLTests {
  static func value(_ text: String, _ bounds: YAMLReader.Bounds = .init()) throws -> YAMLValue {
    try YAMLReader.value(of: TextFile(Array(text.utf8)).bytes, bounds)
  }

  static func error(_ text: String, _ bounds: YAMLReader.Bounds = .init()) -> CheckpointError? {
    #expect(throws: CheckpointError.self, "\(text.prefix(80))") { try value(text, bounds) }
  }

  /// The value as the fixtures write it; nil for what they do not have.
  static func shown(_ value: YAMLValue) -> JSONTree {
    func pair(_ kind: Text, _ text: Text) -> JSONTree { .array([.string(kind), .string(text)]) }
    return switch value {
    case .null: .array([.string("null")])
    case .bool(let value): pair("bool", value ? "true" : "false")
    case .int(let value): pair("int", Text(value))
    case .float(let value): pair("float", "\(value.bitPattern)")
    case .text(let text): pair("str", text)
    case .timestamp(let text): pair("date", text)
    case .list(let items): .array([.string("list"), .array(items.map(shown))])
    case .map(let entries):
      .array([.string("map"), .array(entries.map { .array([shown($0.key), shown($0.value)]) })])
    }
  }

  /// A fixture's answer, floats by their bits; nil where PyYAML refuses, or makes what is refused here.
  static func wanted(_ answer: JSONTree) -> JSONTree? {
    guard case .array(let parts) = answer, case .string(let kind) = parts.first else { return nil }
    switch (kind, parts.last) {
    case ("error", _): return nil
    case ("float", .string(let hex)):
      let value: Double? =
        hex == "nan" ? .nan : hex == "inf" ? .infinity : hex == "-inf" ? -.infinity : Double(hex.shown)
      return value.map { .array([.string(kind), .string("\($0.bitPattern)")]) }
    case ("list", .array(let items)):
      let all = items.compactMap(wanted)
      return all.count == items.count ? .array([.string(kind), .array(all)]) : nil
    case ("map", .array(let items)):
      var pairs: [JSONTree] = []
      for case .array(let pair) in items {
        guard pair.count == 2, let key = wanted(pair[0]), let value = wanted(pair[1]) else { return nil }
        pairs.append(.array([key, value]))
      }
      return .array([.string(kind), .array(pairs)])
    default: return answer
    }
  }

  @Test(arguments: ["scalars", "documents"])
  func `scalars and documents are what PyYAML makes of them`(_ name: String) throws {
    let tree = try JSONTree(Fixtures.bytes("yaml/\(name).json"), subject: "the fixture")
    guard case .array(let rows) = tree else { throw Unexpected() }
    #expect(rows.count > 60)
    for case .array(let row) in rows {
      guard row.count == 2, case .string(let text) = row[0] else { throw Unexpected() }
      let ours = (try? Self.value(text.shown)).map(Self.shown)
      #expect(ours == Self.wanted(row[1]), "\(text.debugDescription)")
    }
  }

  @Test
  func `a key that stands twice is refused with both lines, as Python compares keys`() {
    let error = Self.error("a: 1\nb: 2\na: 3\n")
    #expect(error?.code == .corrupt)
    #expect(error?.location == .init(member: "line 3", key: "a"))
    #expect(error?.reason == "it stands twice, on line 1 already")
    for text in ["1: a\n1.0: b\n", "1: a\ntrue: b\n", "x: {a: 1, 'a': 2}\n", "null: a\n~: b\n"] {
      #expect(Self.error(text)?.code == .corrupt)
    }
    #expect((try? Self.value("e\u{301}: 1\n\u{e9}: 2\n")) != nil)
  }

  @Test
  func `what would run code, or is no plain value, is refused by its tag and line`() {
    let error = Self.error("a: 1\nb: !!python/object/apply:os.system ['true']\n")
    #expect(error?.code == .unsupported)
    #expect(error?.location.member == "line 2")
    #expect(error?.reason.contains("`!!python/object/apply:os.system`") == true)
    #expect(Self.error("a: !new:x 1\n")?.reason == "the tag `!new:x` is not read")
    #expect(Self.error("- !!set {a}\n")?.reason == "the tag `!!set` is not read")
    #expect(Self.error("a: 9223372036854775808\n")?.code == .unsupported)
    #expect(
      (try? Self.value("a: -9223372036854775808\n")) == .map([.init(key: .text("a"), value: .int(.min))]))
  }

  @Test
  func `aliases that grow beyond all bounds are refused at once, whatever form they have`() throws {
    func laughs(_ row: (String, String) -> String) -> String {
      var text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
      for (old, new) in zip("abcdefghijklmnop", "bcdefghijklmnopq") { text += row(String(old), String(new)) }
      return text
    }
    let lists = laughs { old, new in
      "\(new): &\(new) [" + [String](repeating: "*\(old)", count: 9).joined(separator: ", ") + "]\n"
    }
    let maps = laughs { old, new in "\(new): &\(new) {p: *\(old), q: *\(old)}\n" }
    let merges =
      "a: &a {p: 1}\n"
      + "b: {<<: [" + [String](repeating: "*a", count: 60_000).joined(separator: ",") + "]}\n"
    for text in [lists, maps, merges] {
      let error = Self.error(text)
      #expect(error?.code == .limit)
      #expect(error?.location.member != nil)
    }
    let error = Self.error("a: &x [1, *x]\n")
    #expect(error?.code == .unsupported)
    #expect(error?.location.member == "line 1")
    #expect(throws: Never.self) { try Self.value("a: &x [1]\nb: *x\nc: [*x, *x]\n") }
    // What `<<` takes in adds no depth, and libyaml is slow with directives.
    let chain = (1..<100).map { "a\($0): &a\($0) {<<: *a\($0 - 1), k: 1}\n" }.joined()
    #expect(throws: Never.self) { try Self.value("a0: &a0 {p: 1}\n" + chain) }
    let directives = (0..<2000).map { "%TAG !a\($0)! b\n" }.joined()
    #expect(Self.error(directives + "---\na: 1\n")?.code == .limit)
  }

  @Test(arguments: ["[", "{a: ", "- ", "? "])
  func `depth is bounded, with what aliases name too`(_ opening: String) throws {
    #expect(Self.error(String(repeating: opening, count: 20_000))?.code == .limit)
    #expect(Self.error(String(repeating: opening, count: 65) + "1")?.code == .limit)
    // 40 deep, named 30 deep.
    let text =
      "- &x " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "\n- "
      + String(repeating: "[", count: 30) + "*x" + String(repeating: "]", count: 30) + "\n"
    #expect(Self.error(text)?.code == .limit)
    #expect(
      (try? Self.value("- " + String(repeating: "[", count: 63) + String(repeating: "]", count: 63))) != nil)
  }

  @Test func `what is no YAML says why and where`() {
    let error = Self.error("a: [1,\nb: 2\n")
    #expect(error?.code == .corrupt)
    #expect(
      error?.reason.hasPrefix("it is no YAML: did not find expected ',' or ']', while parsing a flow") == true
    )
    #expect(error?.location.member == "line 3")
    #expect(Self.error("a: 1\n\tb: 2\n")?.location.member == "line 2")
    #expect(Self.error("a: 1\n---\nb: 2\n")?.location.member == "line 2")
    #expect(Self.error("a: *x\n")?.reason == "`*x` names nothing that stands before it")
    #expect(Self.error("a: <<\n")?.reason == "`<<` stands where a value belongs")
    for cut in [
      "a: \"x", "a: 'x", "a: {", "a: [1", "- &", "a: !", "%YAML", "? ", "a: |", "&x", "*x", "a: \u{7}",
    ] {
      // Whatever comes of it, it comes.
      _ = try? Self.value(cut)
    }
  }

  @Test func `no cut and no flipped byte of a document crashes`() throws {
    let tree = try JSONTree(Fixtures.bytes("yaml/documents.json"), subject: "the fixture")
    guard case .array(let rows) = tree else { throw Unexpected() }
    var read = 0
    for case .array(let row) in rows {
      guard case .string(let text) = row.first else { throw Unexpected() }
      let bytes = text.bytes
      for index in bytes.indices {
        var flipped = bytes
        flipped[index] ^= 1 << UInt8(index % 8)
        for changed in [flipped, Array(bytes[..<index]), Array(bytes[index...])] {
          if let text = try? TextFile(changed), (try? YAMLValue(text)) != nil { read += 1 }
        }
      }
    }
    #expect(read > 1000)
  }

  @Test
  func `what is written is read back, whatever the texts and keys are`() throws {
    let texts = [
      "", " ", "yes", "1", "1e5", "a: b", "# a", "it's \"one\"", "\\", "two\nlines", "\r\n", "\t", "\u{85}",
      "\u{2028}",
      "\u{feff}a", "\u{7f}", "é", "e\u{301}", "中文", "😀", "<<", "=", "-", "[", "null", "2001-12-14", "\u{0}",
      "\u{1b}",
    ]
    var entries: [YAMLValue.Entry] = texts.map { .init(key: .text(Text($0)), value: .text(Text($0))) }
    for (index, number) in [0.5, -1e300, 1e-5, 1e16, .infinity, -.infinity, .leastNonzeroMagnitude]
      .enumerated()
    {
      entries.append(.init(key: .int(Int64(index)), value: .float(number)))
    }
    entries.append(.init(key: .bool(false), value: .null))
    entries.removeAll { $0.key == .int(0) }
    entries.append(.init(key: .float(0.25), value: .timestamp("2001-12-14")))
    entries.append(
      .init(key: .null, value: .list([.int(-3), .list([]), .map([.init(key: .text("k"), value: .map([]))])])))
    let value = YAMLValue.map(entries)
    #expect(try Self.value(YAMLText.of(value)) == value)
    let lines = entries.map { "\(YAMLText.key($0.key)): \(YAMLText.of($0.value))\n" }.joined()
    #expect(try Self.value(lines) == value)
  }
}
