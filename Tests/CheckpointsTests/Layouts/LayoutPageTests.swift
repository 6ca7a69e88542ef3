// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// The page of a layout is its test: the file that stands there is told, and comes out as the page says.
struct LayoutPageTests {
  static let names = LayoutList.standard.all.map { $0.page }

  /// Holds a page against the layout of its name in a list.
  static func check(_ text: String, _ layouts: LayoutList, sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    let name = text.prefix { $0 != "\n" }.dropFirst(2).lowercased()
    let page = try LayoutPage(text)
    var document = try page.document()
    let plan = try document.stripPlan(layouts: layouts)
    #expect(plan.layout.lowercased() == name, sourceLocation: sourceLocation)
    #expect(plan.recipe.description == page.recipe, sourceLocation: sourceLocation)
    #expect(plan.kept > 0, sourceLocation: sourceLocation)
    try document.apply(plan.recipe.passes)
    #expect(document.keys()?.count == plan.kept, sourceLocation: sourceLocation)
    for sign in page.signs {
      let found = try? page.document(without: sign).stripPlan(layouts: layouts).layout
      #expect(found?.lowercased() != name, "without the \(sign)", sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: names) func `the file of a page is told, and stripped by the recipe below it`(
    _ page: String
  ) throws {
    try Self.check(try Fixtures.text("../docs/layouts/\(page).md"), .standard)
  }

  @Test func `a page whose file is of another layout, or whose sign is none, fails`() throws {
    let page = try Fixtures.text("../docs/layouts/timm.md")
    withKnownIssue { try Self.check(page.replacing("# timm", with: "# Tim"), .standard) }
    withKnownIssue {
      try Self.check(page.replacing("take state_dict_ema", with: "take state_dict"), .standard)
    }
    withKnownIssue {
      try Self.check(page.replacing("epoch = 3", with: "epoch = 3 # sign of age"), .standard)
    }
  }
}
