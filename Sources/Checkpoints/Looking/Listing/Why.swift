// SPDX-License-Identifier: Apache-2.0

/// What becomes of one key, and which pass did it: what `resect why --json` prints.
public struct WhyReport: Codable, Sendable {
  /// What one pass did to the key.
  public struct Step: Codable, Sendable {
    /// The words of `PassReport.Change.Kind`, and two for a key of which no change says anything.
    public enum Outcome: String, Codable, Sendable {
      case untouched, dropped, renamed, cast, set, added, untied, replaced, refused

      init(_ kind: PassReport.Change.Kind) {
        self =
          switch kind {
          case .dropped: .dropped
          case .renamed: .renamed
          case .cast: .cast
          case .set: .set
          case .added: .added
          case .untied: .untied
          case .replaced: .replaced
          }
      }
    }

    /// The recipe line.
    public var pass: String
    /// What became of the key.
    public var outcome: Outcome
    /// Where it lies afterwards; absent where it is gone, or the pass refused.
    public var path: Text?
    /// In words, where the outcome does not say it all: `float32 -> float16`.
    public var detail: String?
    /// Why the pass refused.
    public var error: ErrorReport.Body?
  }

  /// Rises when a name goes or changes its meaning.
  public var schema = 1
  /// What was asked for.
  public var key: Text
  /// The whole path of it.
  public var path: Text
  /// A step a pass, in order, to the pass that drops it or refuses.
  public var steps: [Step] = []
  /// Where it lies in the end; absent where it is gone, or a pass refused.
  public var result: Text?
}

extension Document {
  /// Follows one key through a recipe, or without one through that of `stripPlan()`.
  public func why(_ key: Text, given recipe: Recipe?) throws(CheckpointError) -> WhyReport {
    do throws(CheckpointError) {
      if let recipe { return try why(key, recipe.passes) }
      return try why(key, stripPlan().recipe.passes)
    } catch { throw error.at(file: source?.file) }
  }

  /// Follows one key through passes, none of which changes this document.
  ///
  /// - Parameter key: a whole path, or a bare key that one state dict alone has.
  /// - Throws: `nothingMatched` or `ambiguous` when the key names no value, or several. A pass that refuses is
  ///   the last step of the report.
  public func why(_ key: Text, _ passes: [any Pass]) throws(CheckpointError) -> WhyReport {
    // An empty path is the whole document, whose way is no question.
    guard !key.isEmpty else {
      throw CheckpointError(
        .nothingMatched, "no path and no key is given", hint: "`resect ls FILE` lists every path")
    }
    let path = try find(key, command: "resect why FILE").path
    var report = WhyReport(key: key, path: path, result: path)
    var document = self
    for pass in passes {
      guard let current = report.result else { break }
      var step = WhyReport.Step(pass: pass.description, outcome: .untouched, path: current)
      do throws(CheckpointError) {
        let done = try document.apply([pass])
        if let fate = done.first?.fate(of: current) {
          step.outcome = .init(fate.kind)
          step.path = fate.to
          step.detail = fate.detail
        } else if document.node(at: ValuePath(current)) == nil {
          step.outcome = .dropped
          step.path = nil
          step.detail = "it lies in a container that another place shares"
        }
      } catch {
        step.outcome = .refused
        step.path = nil
        step.error = ErrorReport(error).error
      }
      report.steps.append(step)
      report.result = step.path
    }
    return report
  }
}

extension PassReport {
  /// What became of a path: its own change, or that of the nearest container around it.
  func fate(of path: Text) -> Change? {
    if let own = changes.last(where: { $0.from == path && $0.kind != .added }) { return own }
    var around: Change?
    for change in changes where path.rest(after: change.from + "/") != nil {
      if change.from.count >= around?.from.count ?? 0 { around = change }
    }
    guard var change = around, let rest = path.rest(after: change.from + "/") else { return nil }
    change.from = path
    change.to = change.to.map { $0.isEmpty ? rest : $0 + "/" + rest }
    return change
  }
}
