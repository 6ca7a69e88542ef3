// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The `console` blocks of a page.
///
/// `$` begins a command; what follows is what it prints, `...` for any lines; `exit 4` is how it ends where that is not 0.
enum Console {
  /// Runs each block in a folder of its own that holds `checkpoint.pth`, a copy of a fixture.
  static func check(_ page: String, atLeast count: Int) throws {
    let blocks = try Markdown.blocks(page, "console")
    #expect(blocks.count >= count, "\(page)")
    for block in blocks {
      let folder = try Shell.Folder()
      try FileManager.default.copyItem(
        atPath: Shell.fixtures + "/rdino-small/checkpoint.pth", toPath: folder.path + "/checkpoint.pth")
      for (command, expected) in steps(of: block) {
        let result = try Shell.run(command, in: folder.path)
        var lines = result.output + result.errors
        if result.exitCode != 0 { lines.append("exit \(result.exitCode)") }
        #expect(matches(lines[...], expected[...]), "\(command)\n\(lines.joined(separator: "\n"))")
      }
    }
  }

  private static func steps(of block: [String]) -> [(command: String, expected: [String])] {
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
}
