// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Pages that explain the code name its types: each that they name must be there.
@Suite struct NamedTypesTests {
  /// The names of all types in Sources, nested ones too.
  private static let declared: Set<String> = {
    var names: Set<String> = []
    let sources = Markdown.root + "/Sources"
    for case let path as String in FileManager.default.enumerator(atPath: sources) ?? .init()
    where path.hasSuffix(".swift") {
      let text = (try? String(contentsOfFile: sources + "/" + path, encoding: .utf8)) ?? ""
      for found in text.matches(of: /\b(?:struct|class|enum|protocol|actor|typealias) ([A-Z]\w+)/) {
        names.insert(String(found.1))
      }
    }
    return names
  }()

  @Test(arguments: ["docs/architecture.md", "docs/glossary.md", "docs/follow-a-tensor.md"])
  func `every type that a page names is declared`(page: String) throws {
    try #require(Self.declared.count > 500)
    let text = try Markdown.lines(page).joined(separator: "\n")
    let named = text.matches(of: /`([A-Z][a-z]\w*(?:\.[A-Z]\w*)*)`/).flatMap { $0.1.split(separator: ".") }
    #expect(named.count > 1)
    for name in named { #expect(Self.declared.contains(String(name)), "\(page) names \(name)") }
  }
}
