// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

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
    #expect(again.entries.map(\.name) == ["best", "empty", "loss", "name", "note", "unixtime"])
    for entry in yaml.entries { #expect(again[entry.name] == entry.value) }
  }

  @Test(arguments: [
    (1e16, "1.0e+16"), (0, "0.0"), (1e-5, "1.0e-05"), (1.5e300, "1.5e+300"), (.infinity, ".inf"),
  ])
  func `a float is written as YAML 1.1 reads one`(value: Double, text: String) {
    var yaml = CheckpointYAML()
    yaml["x"] = .float(value)
    #expect(String(decoding: yaml.text, as: UTF8.self) == "x: \(text)\n")
  }

  @Test(arguments: ["- 1\n", "a: [1, 2]\n", "a: {b: 1}\n", "a: |\n  text\n", "a:b\n", "'a': 1\n", "a: \"b\n"])
  func `what is no flat mapping of scalars is refused`(text: String) {
    #expect(throws: CheckpointError(.unsupported, "")) { try CheckpointYAML(Array(text.utf8)) }
  }

  @Test func `a name that stands twice is refused`() {
    #expect(throws: CheckpointError(.corrupt, "")) { try CheckpointYAML(Array("a: 1\na: 2\n".utf8)) }
  }
}
