// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import Checkpoints

/// Every pass, layout and network has its page or its row, and every page its line in a list of pages.
///
/// With `RECORD=1` the lists and rows are written.
struct PageTests {
  private func page(_ name: String) throws -> String { try Fixtures.text("../docs/" + name + ".md") }

  /// The lines of a list of pages: each begins with a link, after `mark`.
  private func rows(_ name: String, _ mark: String = "| ") throws -> [String] {
    try page(name).split(separator: "\n").filter { $0.hasPrefix(mark + "[") }.map(String.init)
  }

  /// Holds a list of pages to these lines, or writes them.
  private func check(_ name: String, _ mark: String = "| ", are new: [String]) throws {
    let old = try rows(name, mark)
    guard ProcessInfo.processInfo.environment["RECORD"] == "1" else { return #expect(old == new) }
    let whole = try page(name).replacing(old.joined(separator: "\n"), with: new.joined(separator: "\n"))
    try File.write(Array(whole.utf8), to: Fixtures.path("../docs/" + name + ".md"))
  }

  /// Holds the first table of a page that has this head to the tables that lie under the same head in the comments of the
  /// families, or writes it.
  private func checkFamilies(_ name: String, _ head: String) throws {
    let new = try BackboneFamilies.standard.all.flatMap { family in
      try table(
        head, in: Fixtures.text("../Sources/Checkpoints/Recognition/Families/\(family).swift"), after: "/// ")
    }
    let old = try table(head, in: page(name))
    #expect(new.count > 5 && !old.isEmpty)
    guard ProcessInfo.processInfo.environment["RECORD"] == "1" else { return #expect(old == new) }
    let whole = try page(name).replacing(
      old.joined(separator: "\n"), with: new.joined(separator: "\n"), maxReplacements: 1)
    try File.write(Array(whole.utf8), to: Fixtures.path("../docs/" + name + ".md"))
  }

  /// The rows of the first table with this head.
  private func table(_ head: String, in text: String, after mark: String = "") -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.drop { $0 != mark + head }.dropFirst(2).prefix { $0.hasPrefix(mark + "|") }
      .map { String($0.dropFirst(mark.count)) }
  }

  @Test func `the networks that are known are told as their files tell them`() throws {
    try checkFamilies("layouts/known-backbone", "| network | told by | upstream's source |")
    try checkFamilies("passes/fuse", "| network | folded | stays |")
  }

  @Test func `every pass has a page under its word, and words in the help`() throws {
    let told = PassList.standard.help.split { " ,;\n".contains($0) }.map(String.init)
    for pass in PassList.standard.types {
      let usage = pass.usage.isEmpty ? pass.word : pass.word + " " + pass.usage
      #expect(try page("passes/" + pass.word).hasPrefix("# \(usage)\n"))
      #expect(told.contains(pass.word))
    }
  }

  /// A pass that the list does not have yet is said to do what the help says.
  @Test func `the list of passes has a row for each, in the order of the help`() throws {
    let old = try rows("passes/README")
    try check(
      "passes/README",
      are: PassList.standard.types.map { pass in
        let usage = pass.usage.isEmpty ? pass.word : pass.word + " " + pass.usage
        let link = "| [`\(usage)`](\(pass.word).md) | "
        return old.first { $0.hasPrefix(link) } ?? link + (pass.summary ?? "") + " |"
      })
  }

  @Test func `every layout has a page under its name, and its sign in the list, in the order of the search`()
    throws
  {
    try check(
      "layouts/README",
      are: LayoutList.standard.all.map { layout in
        let lines = try page("layouts/" + layout.page).split(separator: "\n")
        #expect(lines[0].lowercased() == "# \(layout.name.lowercased())")
        let sign = try #require(lines[1].wholeMatch(of: /Sign: (.+)\./), "\(layout.page)")
        return "| [\(layout.name)](\(layout.page).md) | \(sign.1) |"
      })
  }

  /// A page that the list does not have yet is told by its heading.
  @Test func `the list of formats has a line for each page`() throws {
    let old = try rows("formats/README", "- ")
    let pages = try FileManager.default.contentsOfDirectory(atPath: Fixtures.path("../docs/formats"))
    let links = pages.filter { $0 != "README.md" }.sorted().map { (page: $0, link: "- [\($0)](\($0)): ") }
    let kept = old.filter { line in links.contains { line.hasPrefix($0.link) } }
    let new = try links.filter { link in !kept.contains { $0.hasPrefix(link.link) } }.map { new in
      new.link + (try page("formats/" + new.page.dropLast(3)).split(separator: "\n")[0].dropFirst(2))
    }
    try check("formats/README", "- ", are: kept + new)
  }
}
