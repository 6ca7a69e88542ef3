// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Holds `docs/contributing.md` against the repository: the code that it shows is code of the tests' targets, and what it
/// names is there.
@Suite struct ContributingTests {
  private static let page = "docs/contributing.md"

  /// A block of Swift or Markdown, and the file that the line above it names.
  private struct Block {
    var file: String
    var lines: [String] = []
  }

  /// Blocks may be indented, as items of a list.
  private static func blocks() throws -> [Block] {
    var blocks: [Block] = []
    var named = ""
    var indent: Int?
    var fence = ""
    for line in try Markdown.lines(page) {
      let bare = line.drop { $0 == " " }
      switch (bare, indent) {
      case ("```swift", nil), ("````markdown", nil):
        indent = line.count - bare.count
        fence = String(bare.prefix { $0 == "`" })
        blocks.append(Block(file: named))
      case (_, .some) where bare == fence: indent = nil
      case (_, let indent?): blocks[blocks.count - 1].lines.append(String(line.dropFirst(indent)))
      case (_, nil):
        if bare.hasPrefix("`"), bare.hasSuffix("`:") { named = String(bare.dropFirst().dropLast(2)) }
      }
    }
    return blocks
  }

  @Test func `each block of code is a part of the file that is named above it`() throws {
    let blocks = try Self.blocks()
    #expect(blocks.count >= 4)
    for block in blocks {
      #expect(["Tests/", "fixtures/"].contains(where: block.file.hasPrefix), "\(block.lines.first ?? "")")
      let text = try Markdown.lines(block.file).joined(separator: "\n")
      #expect(("\n" + text).contains("\n" + block.lines.joined(separator: "\n") + "\n"), "\(block.file)")
    }
  }

  @Test func `every file and folder that is named is there`() throws {
    let roots = ["Sources/", "Tests/", "docs/", "fixtures/", "scripts/"]
    let words = try Markdown.lines(Self.page).flatMap { $0.split(separator: "`").map(String.init) }
    let paths = words.filter { word in
      roots.contains { word.hasPrefix($0) } && !word.contains { " *".contains($0) }
        && !Self.examples.contains(word)
    }
    #expect(paths.count >= 10)
    for path in paths {
      #expect(FileManager.default.fileExists(atPath: Markdown.root + "/" + path), "\(path)")
    }
  }

  /// What the page tells to make.
  private static let examples: Set<String> = [
    "docs/passes/freeze.md", "docs/layouts/asteroid.md", "docs/formats/NAME.md",
    "Sources/Checkpoints/Formats/NAME", "fixtures/fuzz/TARGET",
  ]

  @Test func `every link leads somewhere`() throws {
    let text = try Markdown.lines(Self.page).joined(separator: "\n")
    let headings = Set(
      try Markdown.lines(Self.page).filter { $0.hasPrefix("## ") }.map {
        "#"
          + $0.dropFirst(3).lowercased().replacing(" ", with: "-").filter {
            $0.isLetter || $0.isNumber || $0 == "-"
          }
      })
    let targets = text.split(separator: "](").dropFirst().compactMap {
      $0.split(separator: ")").first.map(String.init)
    }
    #expect(targets.count >= 6)
    for target in targets {
      let isThere =
        target.hasPrefix("#")
        ? headings.contains(target)
        : FileManager.default.fileExists(atPath: Markdown.root + "/docs/" + target)
      #expect(isThere, "\(target)")
    }
  }
}
