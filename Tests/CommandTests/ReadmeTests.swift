// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing
import Checkpoints

/// Runs the examples of both READMEs.
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
    try Console.check("README.md", atLeast: 4)
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
