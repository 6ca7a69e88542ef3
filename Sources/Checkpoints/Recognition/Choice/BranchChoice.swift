// SPDX-License-Identifier: Apache-2.0

/// Which of a layout's networks is meant: the one of the name that was given, else the teacher, the moving average, or
/// the only one there is.
struct BranchChoice {
  private let survey: Survey
  private let branches: [Branch]

  init(_ survey: Survey, among branches: [Branch]) {
    self.survey = survey
    self.branches = branches
  }

  /// Those that have a name.
  var named: [Branch] { branches.filter { !$0.name.isEmpty } }

  /// The moving average, where one of the networks is it.
  var average: MovingAverage? {
    survey.average.flatMap { average in branches.contains { $0.path == average.average } ? average : nil }
  }

  func branch(_ wanted: Text?) throws(Undecided) -> Branch {
    let named = named
    if let wanted {
      guard let found = try one(wanted, among: named) else { throw absent(wanted) }
      return found
    }
    if let teacher = try one("teacher", among: named) { return teacher }
    if let average = try averaged() { return average }
    if branches.count == 1, branches[0].isCalled("student") { throw absent("teacher") }
    let known = branches.count == 1 ? branches : branches.filter { $0.backbone != nil }
    guard known.count == 1 else { throw .noTeacher(count: branches.count, named: named.map(\.name)) }
    return known[0]
  }

  /// The moving average, if there is one. Throws where it lacks keys of what it was taken of: an average of parameters
  /// alone has no batch norm statistics, and would not load.
  private func averaged() throws(Undecided) -> Branch? {
    guard let average = survey.average, let branch = branches.first(where: { $0.path == average.average })
    else { return nil }
    guard let trained = branches.first(where: { $0.path == average.trained }) else { return branch }
    let missing = survey.keys(of: trained).subtracting(survey.keys(of: branch)).sorted()
    guard let first = missing.first else { return branch }
    throw .partialAverage(average, missing: missing.count, first: first)
  }

  /// The branch of that name, or the only one whose name ends in it.
  private func one(_ wanted: Text, among named: [Branch]) throws(Undecided) -> Branch? {
    if let exact = named.first(where: { $0.name == wanted }) { return exact }
    let called = named.filter { $0.isCalled(wanted) }
    guard called.count <= 1 else { throw .severalCalled(wanted, called.map(\.name)) }
    return called.first
  }

  private func absent(_ wanted: Text) -> Undecided { .absent(wanted, among: named.map(\.name)) }
}
