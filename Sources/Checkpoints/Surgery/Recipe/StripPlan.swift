// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// How the backbone comes out of a checkpoint: the layout that was found and why, the branch, the passes, and
/// what goes.
public struct StripPlan: Sendable {
  /// Something that goes.
  public struct Dropped: Sendable, Hashable, Codable {
    /// A path of the document, or a prefix of the branch's keys, which ends with its dot.
    public var path: Text
    public var tensors: Int
  }

  public var layout: String
  /// The layout's page: `docs/layouts/<page>.md`.
  public var page: String
  /// Why it is this layout, a line each.
  public var evidence: [String]
  /// The branch that is taken; nil where the file has one network and no names for it.
  public var branch: Text?
  /// The branches that the file has.
  public var branches: [Text]
  public var recipe: Recipe
  /// Keys that stay.
  public var kept: Int
  public var dropped: [Dropped]
  /// What the backbone is, if that is known.
  public var backbone: Backbone?
  /// What it looks like where layers of it are missing.
  public var likeness: BackboneLikeness?

  /// What the backbone is or looks like, on one line; nil where that is not known.
  public var summary: String? { backbone?.summary ?? likeness?.summary }
}

extension Document {
  /// Finds the layout and the passes that leave the backbone alone. `apply(plan.recipe.passes)` runs them.
  ///
  /// - Parameter branch: which network; nil takes the teacher, the moving average, or the only one there is.
  /// - Throws: `absentBranch`, with the branches that there are; `alreadyBare` where nothing is to be done;
  ///   `ambiguous` where neither is among several; `unknownLayout`, with what the file holds and passes to
  ///   write by hand.
  public func stripPlan(branch: Text? = nil) throws(CheckpointError) -> StripPlan {
    let survey = try Survey(self)
    if let refusal = Placeholders.refusal(survey) { throw refusal }
    for layout in Layouts.all {
      guard let evidence = layout.evidence(survey) else { continue }
      let branches = layout.branches(survey)
      let chosen = try choose(branch, among: branches, survey)
      let average = survey.average.flatMap { average in
        branches.contains { $0.path == average.average } ? average.evidence : nil
      }
      return plan(chosen, layout, evidence + (average.map { [$0] } ?? []), branches)
    }
    if let bare = survey.branches.first(where: { $0.path.isEmpty }) {
      guard branch == nil else { throw absent(branch ?? "", among: []) }
      throw CheckpointError(
        .alreadyBare,
        "the file is a bare backbone already: \(bare.summary ?? "no head, no wrapper")",
        hint: "`--copy` writes it as it is")
    }
    throw UnknownLayout(survey).error
  }

  private func choose(
    _ wanted: Text?, among branches: [Branch], _ survey: Survey
  ) throws(CheckpointError) -> Branch {
    let named = branches.filter { !$0.name.isEmpty }
    if let wanted {
      guard let found = try one(wanted, among: named) else { throw absent(wanted, among: named) }
      return found
    }
    if let teacher = try one("teacher", among: named) { return teacher }
    if let average = try average(among: branches, survey) { return average }
    if branches.count == 1, branches[0].isCalled("student") { throw absent("teacher", among: named) }
    let known = branches.count == 1 ? branches : branches.filter { $0.backbone != nil }
    guard known.count == 1 else {
      throw ambiguous("none of the \(branches.count) networks is called `teacher`", named)
    }
    return known[0]
  }

  /// The moving average, if there is one. Throws `ambiguous` where it lacks keys of what it was taken of: an average
  /// of parameters alone has no batch norm statistics, and would not load.
  private func average(among branches: [Branch], _ survey: Survey) throws(CheckpointError) -> Branch? {
    guard let average = survey.average, let branch = branches.first(where: { $0.path == average.average })
    else {
      return nil
    }
    guard let trained = branches.first(where: { $0.path == average.trained }) else { return branch }
    let missing = survey.keys(of: trained).subtracting(survey.keys(of: branch)).sorted()
    guard let first = missing.first else { return branch }
    throw CheckpointError(
      .ambiguous,
      "`\(average.average)`, the moving average, lacks \(missing.count) keys of `\(average.trained)`, such as `\(first)`",
      hint:
        "`--branch \(ShellWords.safe(average.trained))`, or `--branch \(ShellWords.safe(average.average))` as it is"
    )
  }

  /// The branch of that name, or the only one whose name ends in it.
  private func one(_ wanted: Text, among named: [Branch]) throws(CheckpointError) -> Branch? {
    if let exact = named.first(where: { $0.name == wanted }) { return exact }
    let called = named.filter { $0.isCalled(wanted) }
    guard called.count <= 1 else {
      throw ambiguous("\(called.count) networks are called `\(wanted)`", called)
    }
    return called.first
  }

  private func ambiguous(_ reason: String, _ branches: [Branch]) -> CheckpointError {
    CheckpointError(
      .ambiguous, reason + ": " + Nearest.list(branches.map(\.name)),
      hint: branches.first.map { "`--branch \(ShellWords.safe($0.name))`" })
  }

  private func absent(_ wanted: Text, among branches: [Branch]) -> CheckpointError {
    guard let first = branches.first else {
      return CheckpointError(
        .absentBranch,
        "there is no branch `\(wanted)`: the file holds one network and has no names for branches",
        hint: "leave `--branch` out")
    }
    let names = branches.map(\.name)
    return CheckpointError(
      .absentBranch, "there is no branch `\(wanted)`; the file has \(Nearest.list(names))",
      hint: "`--branch \(ShellWords.safe(Nearest.match(wanted, among: names) ?? first.name))`")
  }

  private func plan(
    _ branch: Branch, _ layout: any Layout.Type, _ evidence: [String], _ branches: [Branch]
  ) -> StripPlan {
    var dropped: [StripPlan.Dropped] = []
    var place = root
    var walked: Text = ""
    for component in ValuePath(branch.path).components {
      for child in children(of: place) where child.component != component {
        dropped.append(.init(path: walked + child.component, tensors: tensorCount(below: child.node)))
      }
      place = children(of: place).first { $0.component == component }?.node ?? place
      walked += component + "/"
    }
    dropped += branch.dropped.map { .init(path: $0.prefix, tensors: $0.tensors) }
    return StripPlan(
      layout: layout.name, page: layout.page, evidence: evidence,
      branch: branch.name.isEmpty ? nil : branch.name, branches: branches.map(\.name).filter { !$0.isEmpty },
      recipe: Recipe(branch.recipe), kept: branch.kept, dropped: dropped, backbone: branch.backbone,
      likeness: branch.likeness)
  }
}
