// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Runs `fixtures/cli/*.t` with the built programs. `RECORD=1 swift test --filter CommandTests` writes what they
/// print into the files; read the difference before you commit it.
@Suite struct TranscriptTests {
  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: Shell.fixtures + "/cli")) ?? [])
    .filter { $0.hasSuffix(".t") }.sorted()

  @Test func `there are transcripts`() {
    #expect(Self.names.count >= 3)
  }

  @Test(arguments: names) func `commands print and exit as written`(name: String) throws {
    let path = Shell.fixtures + "/cli/" + name
    let expected = try Transcript(String(contentsOfFile: path, encoding: .utf8))
    var actual = expected
    for block in expected.blocks.indices {
      let folder = try Shell.Folder()
      for step in expected.blocks[block].steps.indices {
        let command = expected.blocks[block].steps[step].command
        let result = try Shell.run(command, in: folder.path)
        actual.blocks[block].steps[step] = result
        if !Shell.isRecording { #expect(result == expected.blocks[block].steps[step], "\(name)") }
      }
    }
    if Shell.isRecording { try actual.text.write(toFile: path, atomically: true, encoding: .utf8) }
  }

  @Test func `a transcript reads back as it was written`() throws {
    let text = "# two\n# lines\n$ a\n| out\n|\n! err\n= 3\n$ b\n\n# next\n$ c\n"
    #expect(try Transcript(text).text == text)
    #expect(throws: Transcript.Malformed.self) { try Transcript("| output of nothing\n") }
  }
}
