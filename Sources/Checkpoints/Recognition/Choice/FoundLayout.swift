// SPDX-License-Identifier: Apache-2.0

/// The layout that a document has, and the network of it that is meant.
package struct FoundLayout: Sendable {
  /// As reports call the layout.
  package let name: String
  /// `docs/layouts/<page>.md`.
  package let page: String
  /// Why it is this layout, a line each.
  package let evidence: [String]
  /// The network that is meant.
  package let branch: Branch
  /// The names of all that the layout has; those without a name are not among them.
  package let branches: [Text]

  /// The first layout that fits; nil where none does.
  init?(_ survey: Survey, wanting wanted: Text?) throws(Undecided) {
    for layout in survey.layouts.all {
      guard let evidence = layout.evidence(survey) else { continue }
      let choice = BranchChoice(survey, among: layout.branches(survey))
      branch = try choice.branch(wanted)
      name = layout.name
      page = layout.page
      self.evidence = evidence + (choice.average.map { [$0.evidence] } ?? [])
      branches = choice.named.map(\.name)
      return
    }
    return nil
  }
}
