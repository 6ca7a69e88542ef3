// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Checkpoints

/// Names from files in what people paste and read: bash and our own recipes judge the quoting.
@Suite struct HintTests {
  static let names: [Text] = [
    "x;touch${IFS}pwned", "it's $(touch p)", "`touch p`", "a b", "a'b\"c", "-x", "!!", "~", "a\\b", "#x", "",
    "*",
    "a\nb", "a\r\nb", "\u{1B}[2J", "a\u{200B}b", "\u{202E}gpj", "\u{FEFF}x", "\u{2028}", "\u{E9}", "e\u{301}",
    "$'x'",
    "a|b>c<d&e", "{1,2}", "[a]?", "\u{7F}", "\t",
  ]

  @Test("a name from a file is one word of a shell, whatever it holds", arguments: names)
  func bashTakesOneWord(name: Text) throws {
    let folder = try Shell.Folder()
    // The star is left to the shell, which finds no file here.
    try Data("printf '<%s>' \(ShellWords.safe(name)) | od -An -v -tx1 | tr -d ' \\n'".utf8)
      .write(to: URL(fileURLWithPath: folder.path + "/.script"))
    let step = try Shell.run("bash .script", in: folder.path)
    #expect(step.output == [(Array("<".utf8) + name.bytes + Array(">".utf8)).hexadecimal])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [".script"])
  }

  @Test("a recipe takes the same word for the same name", arguments: names)
  func recipesTakeOneWord(name: Text) throws {
    let lines = try ShellWords.lines("drop " + ShellWords.safe(name))
    #expect(lines.map { $0.words.map { Text($0) } } == [["drop", name]])
    let quoted = try ShellWords.lines("drop " + ShellWords.quoted(name))
    #expect(quoted.map { $0.words.map { Text($0) } } == [["drop", name]])
  }

  @Test("no name can forge a line or hide what follows, in an error or in a sentence", arguments: names)
  func namesAreSafeToShow(name: Text) {
    let error = CheckpointError(
      .collision, "`\(name)` stands twice", at: .init(file: name.shown, member: name, key: name),
      hint: "`drop \(ShellWords.safe(name))`")
    #expect(error.description.split(separator: "\n").count == 2)
    for scalar in error.description.unicodeScalars where scalar != "\n" {
      #expect(PlainText.of(String(scalar)) == String(scalar))
    }
  }

  @Test("marks that cannot be seen are written as escapes")
  func invisibleMarks() {
    for value in [
      0x0, 0x1B, 0x7F, 0x9B, 0xAD, 0x61C, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A,
      0x202E,
      0x2060, 0x2066, 0x2069, 0xFEFF, 0xE0001,
    ] {
      let scalar = Unicode.Scalar(UInt32(value)).map { String($0) } ?? ""
      #expect(PlainText.of("a" + scalar) == "a\\u{\(String(value, radix: 16))}")
    }
    #expect(PlainText.of("\u{E9} \u{4E2D} \u{1F600}") == "\u{E9} \u{4E2D} \u{1F600}")
  }
}
