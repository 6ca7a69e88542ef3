// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// The page of a layout is its test: the file that stands there is told, and comes out as the page says.
struct LayoutPageTests {
  static let names = LayoutList.standard.all.map { $0.page }

  /// What a page says that the layout of its name in a list does not do.
  static func faults(_ text: String, _ layouts: LayoutList) throws -> [String] {
    let name = text.prefix { $0 != "\n" }.dropFirst(2).lowercased()
    let page = try LayoutPage(text)
    var document = try page.document()
    let plan = try document.stripPlan(layouts: layouts)
    var faults: [String] = []
    if plan.layout.lowercased() != name { faults.append("it is told as \(plan.layout)") }
    if plan.recipe.description != page.recipe {
      faults.append("it is stripped by\n\(plan.recipe.description)")
    }
    if plan.kept == 0 { faults.append("nothing is kept of it") }
    try document.apply(plan.recipe.passes)
    let left = document.keys()?.count
    if left != plan.kept { faults.append("\(left ?? 0) keys are left, and \(plan.kept) were said to be") }
    for sign in page.signs {
      let found = try? page.document(without: sign).stripPlan(layouts: layouts).layout
      if found?.lowercased() == name { faults.append("without the \(sign) it is told all the same") }
    }
    return faults
  }

  @Test(arguments: names) func `the file of a page is told, and stripped by the recipe below it`(
    _ page: String
  ) throws {
    #expect(try Self.faults(Fixtures.text("../docs/layouts/\(page).md"), .standard) == [])
  }

  @Test func `a page whose file is of another layout, or whose sign is none, fails`() throws {
    let page = try Fixtures.text("../docs/layouts/timm.md")
    #expect(try Self.faults(page.replacing("# timm", with: "# Tim"), .standard) == ["it is told as timm"])
    #expect(
      try Self.faults(page.replacing("take state_dict_ema", with: "take state_dict"), .standard)
        .map { $0.prefix(18) } == ["it is stripped by\n"])
    #expect(
      try Self.faults(page.replacing("epoch = 3", with: "epoch = 3 # sign of age"), .standard)
        == ["without the sign of age it is told all the same"])
  }
}
