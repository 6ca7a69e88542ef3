// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// Every pass and every layout has its page.
struct PageTests {
  private func page(_ name: String) throws -> String { try Fixtures.text("../docs/" + name + ".md") }

  @Test func `every pass has a page under its word, and a line in the list`() throws {
    let list = try page("passes/README")
    for pass in Recipe.words {
      let usage = pass.usage.isEmpty ? pass.word : pass.word + " " + pass.usage
      #expect(try page("passes/" + pass.word).hasPrefix("# \(usage)\n"))
      #expect(list.contains("[`\(usage)`](\(pass.word).md)"))
    }
  }

  @Test func `every layout has a page under its name, and a line in the list`() throws {
    let list = try page("layouts/README")
    for layout in LayoutList.standard.all {
      #expect(try page("layouts/" + layout.page).lowercased().hasPrefix("# \(layout.name.lowercased())\n"))
      #expect(list.contains("(\(layout.page).md)"))
    }
  }
}
