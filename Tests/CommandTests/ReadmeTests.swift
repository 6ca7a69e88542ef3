// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

import Checkpoints

/// Runs the examples of both READMEs.
///
/// In a `console` block `$` begins a command; what follows is what it prints, `...` for any lines; `exit 4` is how it
/// ends where that is not 0. A block runs in a folder of its own that holds `checkpoint.pth`.
@Suite struct ReadmeTests {
  @Test func `both languages show the same examples`() throws {
    for language in ["console", "sh", "swift"] {
      let english = try Markdown.blocks("README.md", language).map {
        $0.map { $0.split(separator: "#").first ?? "" }
      }
      let chinese = try Markdown.blocks("README.zh-CN.md", language).map {
        $0.map { $0.split(separator: "#").first ?? "" }
      }
      #expect(english == chinese, "\(language)")
      #expect(!english.isEmpty)
    }
  }

  @Test func `every example runs as it is shown`() throws {
    let blocks = try Markdown.blocks("README.md", "console")
    #expect(blocks.count >= 4)
    for block in blocks {
      let folder = try Shell.Folder()
      let checkpoint = try Fixtures.path("rdino-small/checkpoint.pth")
      try FileManager.default.copyItem(atPath: checkpoint, toPath: folder.path + "/checkpoint.pth")
      for (command, expected) in steps(of: block) {
        let result = try Shell.run(command, in: folder.path)
        var lines = result.output + result.errors
        if result.exitCode != 0 { lines.append("exit \(result.exitCode)") }
        #expect(Self.matches(lines[...], expected[...]), "\(command)\n\(lines.joined(separator: "\n"))")
      }
    }
  }

  private func steps(of block: [String]) -> [(command: String, expected: [String])] {
    var steps: [(command: String, expected: [String])] = []
    for line in block {
      if line.hasPrefix("$ ") {
        steps.append((String(line.dropFirst(2)), []))
      } else if let last = steps.indices.last {
        steps[last].expected.append(line)
      }
    }
    return steps
  }

  private static func matches(_ lines: ArraySlice<String>, _ expected: ArraySlice<String>) -> Bool {
    guard let first = expected.first else { return lines.isEmpty }
    if first == "..." {
      return (lines.startIndex...lines.endIndex).contains { matches(lines[$0...], expected.dropFirst()) }
    }
    return lines.first == first && matches(lines.dropFirst(), expected.dropFirst())
  }

  // The README's example, word for word.
  func stripTeacher(of file: String, to output: String) throws -> Int {
    var document = try Checkpoint.open(file)  // directory and data.pkl only
    try document.apply([.take("teacher"), .under("module.backbone.")])
    let plan = try OutputPlan(document, as: .torch)  // sizes, offsets, origins; nothing is written yet
    try plan.write(to: output)  // temporary file, kernel copies, fsync, rename
    return plan.summary.tensors
  }

  @Test func `the library's example compiles and does what it says`() throws {
    let folder = try TemporaryFolder()
    let count = try stripTeacher(of: Fixtures.path("rdino-small/checkpoint.pth"), to: folder("backbone.pth"))
    #expect(count == 231)
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
      .split(separator: "\n").map { $0.drop { $0 == " " } }
    let shown = try #require(try Markdown.blocks("README.md", "swift").first)
    for line in shown where !line.isEmpty && !line.hasPrefix("//") && !line.hasPrefix("import") {
      #expect(source.contains(line.drop { $0 == " " }), "\(line)")
    }
  }
}
