// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import Checkpoints

/// Every pass and every layout has its page.
struct PageTests {
  private func page(_ name: String) throws -> String { try Fixtures.text("../docs/" + name + ".md") }

  /// The lines of a table whose rows begin with a link, without its head.
  private func rows(_ name: String) throws -> [String] {
    try page(name).split(separator: "\n").filter { $0.hasPrefix("| [") }.map(String.init)
  }

  /// Where each row of such a table leads, in order.
  private func links(_ name: String) throws -> [String] {
    try rows(name).map { String($0.split(separator: "(")[1].split(separator: ")")[0]) }
  }

  @Test func `every pass has a page under its word, and words in the help`() throws {
    let told = PassList.standard.help.split { " ,;\n".contains($0) }.map(String.init)
    for pass in PassList.standard.types {
      let usage = pass.usage.isEmpty ? pass.word : pass.word + " " + pass.usage
      #expect(try page("passes/" + pass.word).hasPrefix("# \(usage)\n"))
      #expect(told.contains(pass.word))
    }
  }

  /// With `RECORD=1` the list is written; a pass that it does not have yet is said to do what the help says.
  @Test func `the list of passes has a row for each, in the order of the help`() throws {
    let old = try rows("passes/README")
    let new = PassList.standard.types.map { pass in
      let usage = pass.usage.isEmpty ? pass.word : pass.word + " " + pass.usage
      let link = "| [`\(usage)`](\(pass.word).md) | "
      return old.first { $0.hasPrefix(link) } ?? link + (pass.summary ?? "") + " |"
    }
    guard ProcessInfo.processInfo.environment["RECORD"] == "1" else { return #expect(old == new) }
    let whole = try page("passes/README").replacing(
      old.joined(separator: "\n"), with: new.joined(separator: "\n"))
    try File.write(Array(whole.utf8), to: Fixtures.path("../docs/passes/README.md"))
  }

  @Test func `every layout has a page under its name, and a line in the list`() throws {
    for layout in LayoutList.standard.all {
      #expect(try page("layouts/" + layout.page).lowercased().hasPrefix("# \(layout.name.lowercased())\n"))
    }
    #expect(try links("layouts/README") == LayoutList.standard.all.map { $0.page + ".md" })
  }
}
