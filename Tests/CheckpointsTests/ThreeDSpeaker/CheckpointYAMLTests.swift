// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

private struct Unexpected: Error {}

@Suite struct CheckpointYAMLTests {
  @Test func `upstream's file is read, and written byte for byte`() throws {
    let text = "epoch: 3\nunixtime: 1795349046.5953255\n"
    let yaml = try CheckpointYAML(Array(text.utf8))
    #expect(yaml.epoch == 3)
    #expect(yaml.unixtime == 1_795_349_046.595_325_5)
    #expect(String(decoding: yaml.text, as: UTF8.self) == text)
  }

  @Test func `other entries stay, sorted by name`() throws {
    let text =
      "unixtime: 5\n# a comment\nname: 'it''s one'\nbest: true\nnote: \"a\\n\\\"b\\\"\"\nempty:\nloss: 1.0e-05\n"
    let yaml = try CheckpointYAML(Array(text.utf8))
    #expect(yaml["name"] == .text("it's one"))
    #expect(yaml["note"] == .text("a\n\"b\""))
    #expect(yaml["empty"] == .null)
    #expect(yaml["loss"] == .float(1e-5))
    #expect(yaml.unixtime == 5)
    let again = try CheckpointYAML(yaml.text)
    #expect(again.entries.map(\.key.shown) == ["best", "empty", "loss", "name", "note", "unixtime"])
    for entry in yaml.entries { #expect(again.entries.contains(entry)) }
  }

  @Test(arguments: [
    (1e16, "1.0e+16"), (0, "0.0"), (1e-5, "1.0e-05"), (1.5e300, "1.5e+300"), (.infinity, ".inf"),
  ])
  func `a float is written as YAML 1.1 reads one`(value: Double, text: String) {
    var yaml = CheckpointYAML()
    yaml["x"] = .float(value)
    #expect(String(decoding: yaml.text, as: UTF8.self) == "x: \(text)\n")
  }

  @Test(arguments: [
    "epoch: 3\r\nunixtime: 1.5\r\n", "epoch: 3\runixtime: 1.5\r", "\u{feff}epoch: 3\nunixtime: 1.5\n",
    "# mine\nepoch: 3   # the third\n\nunixtime: 1.5", "{epoch: 3, unixtime: 1.5}\n",
    "---\n\"epoch\": 3\n'unixtime': 1.5\n...\n", "%YAML 1.1\n---\n{epoch: 3,\n unixtime: 1.5}\n",
    "epoch:    0x3\nunixtime: 0_1.5\n", "unixtime: 1.5\nepoch: !!int '3'\n",
    "epoch: 3 \nunixtime:\n  1.5\n",
    "a: &t 1.5\nepoch: 3\nunixtime: *t\n", "epoch: 3\nunixtime: 1.5\nnotes: {by: hand, runs: [1, 2]}\n",
  ])
  func `a yaml touched by hand is read as upstream reads it`(text: String) throws {
    let yaml = try CheckpointYAML(Array(text.utf8))
    #expect(yaml.epoch == 3)
    #expect(yaml.unixtime == 1.5)
    let again = try CheckpointYAML(yaml.text)
    for entry in yaml.entries { #expect(again.entries.contains(entry)) }
  }

  @Test(arguments: [
    ("- 1\n", CheckpointError.Code.unsupported), ("a:b\n", .unsupported), ("3\n", .unsupported),
    ("a: \"b\n", .corrupt), ("a: [1\n", .corrupt), ("a: 1\na: 2\n", .corrupt),
  ])
  func `what is no mapping is refused`(text: String, code: CheckpointError.Code) throws {
    #expect(throws: CheckpointError(code, "")) { try CheckpointYAML(Array(text.utf8)) }
    #expect(try CheckpointYAML(Array("# nothing\n".utf8)).entries.isEmpty)
  }

  /// `epoch_counter.ckpt` and what upstream's `int(file.read())` makes of it.
  @Test(arguments: [
    ("3\n", 3), (" 3 \r\n", 3), ("003", 3), ("+3", 3), ("1_000\n", 1000), ("\u{feff}3\n", 3), ("-1", -1),
    ("3" + String(repeating: "\n", count: 100), 3), ("3\u{a0}", 3), ("٣", 3), ("3.0", nil), ("", nil),
    ("3 4", nil),
    ("three", nil), ("3__0", nil), ("99999999999999999999", nil),
  ])
  func `an epoch counter touched by hand is read as Python's int`(text: String, epoch: Int64?) throws {
    let folder = try TemporaryFolder()
    try File.write(Array("epoch: 3\r\nunixtime: 1.5\r\n".utf8), to: folder("CKPT.yaml"))
    try File.write(Array(text.utf8), to: folder("epoch_counter.ckpt"))
    guard let epoch else {
      let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(folder.path) }
      #expect(error?.location.file == folder("epoch_counter.ckpt"))
      return
    }
    let document = try Checkpoint.open(folder.path)
    guard case .mapping(let mapping) = document[document.root] else { throw Unexpected() }
    let entry = try #require(mapping.entries.first { document.keyText($0.key) == "epoch_counter" })
    guard case .int(let found) = document[entry.value] else { throw Unexpected() }
    #expect(found == epoch)
  }
}
