// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// Every pass and every layout has its page.
struct PageTests {
  private func page(_ name: String) throws -> String { try Fixtures.text("../docs/" + name + ".md") }

  /// Where each row of a page's table leads, in order.
  private func links(_ name: String) throws -> [String] {
    try page(name).split(separator: "\n").filter { $0.hasPrefix("| [") }
      .map { String($0.split(separator: "(")[1].split(separator: ")")[0]) }
  }

  @Test func `every pass has a page under its word, and a line in the list, in the order of the help`() throws
  {
    let list = try page("passes/README")
    let passes = PassList.standard
    let told = passes.help.split { " ,;\n".contains($0) }.map(String.init)
    for pass in passes.types {
      let usage = pass.usage.isEmpty ? pass.word : pass.word + " " + pass.usage
      #expect(try page("passes/" + pass.word).hasPrefix("# \(usage)\n"))
      #expect(list.contains("[`\(usage)`](\(pass.word).md)"))
      #expect(told.contains(pass.word))
    }
    #expect(try links("passes/README") == passes.types.map { $0.word + ".md" })
  }

  @Test func `every layout has a page under its name, and a line in the list`() throws {
    let list = try page("layouts/README")
    for layout in LayoutList.standard.all {
      #expect(try page("layouts/" + layout.page).lowercased().hasPrefix("# \(layout.name.lowercased())\n"))
      #expect(list.contains("(\(layout.page).md)"))
    }
    #expect(try links("layouts/README") == LayoutList.standard.all.map { $0.page + ".md" })
  }
}
