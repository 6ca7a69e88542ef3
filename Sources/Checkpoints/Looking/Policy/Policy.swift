// SPDX-License-Identifier: Apache-2.0

/// What a checkpoint must be, as text: one rule a line, `#` comments, shell quoting, as in a recipe.
///
/// ```
/// keys blocks.*.conv.weight 4
/// dtype **.weight float32
/// finite
/// size < 100MB
/// within 1e-5 of released.pth
/// ```
public struct Policy: Sendable, CustomStringConvertible {
  struct Line: Sendable {
    var number: Int
    /// As it stands, each word quoted where that is needed.
    var text: String
    var rule: any PolicyRule
  }

  /// The path of the file.
  public let file: String
  let lines: [Line]

  /// A policy is a text of people's; a larger file is something else.
  private static let largestFile = 1 << 20

  /// The rules that there are, in the order in which people are shown them.
  static let rules: [any PolicyRule.Type] = [
    KeysRule.self, ShapeRule.self, DTypeRule.self, FiniteRule.self, DigestRule.self, SizeRule.self,
    GlobalsRule.self, WithinRule.self,
  ]

  /// - Throws: `wrongWords` with the line for what is no rule, and for a file without any; what reading a text throws.
  public init(path: String) throws(CheckpointError) {
    do throws(CheckpointError) {
      let text = try TextFile(path: path, limit: Self.largestFile, subject: "a policy").string
      try self.init(text, file: path)
    } catch {
      guard error.code == .corrupt else { throw error.at(file: path) }
      // What stands in a policy are the command's words.
      throw CheckpointError(.wrongWords, error.reason, at: error.location, hint: error.hint).at(file: path)
    }
  }

  /// - Parameter file: where the text lies; what rules name lies beside it.
  package init(_ text: String, file: String) throws(CheckpointError) {
    let folder = PathParts.of(file).folder
    var lines: [Line] = []
    for line in try ShellWords.lines(text) {
      do throws(CheckpointError) {
        lines.append(
          Line(
            number: line.number, text: line.words.map { ShellWords.quoted($0) }.joined(separator: " "),
            rule: try Self.rule(line.words, folder)))
      } catch { throw error.at(member: "line \(line.number)") }
    }
    guard !lines.isEmpty else {
      throw CheckpointError(
        .wrongWords, "the policy holds no rule, so that any file would do",
        hint: "a line for each rule: `finite`, `size < 100MB`")
    }
    self.file = file
    self.lines = lines
  }

  /// One line a rule, which reads back as the same rules.
  public var description: String { lines.map(\.text).joined(separator: "\n") }

  private static func rule(_ words: [String], _ folder: String) throws(CheckpointError) -> any PolicyRule {
    let word = words.first ?? ""
    guard let type = rules.first(where: { $0.word == word }) else {
      let meant = Nearest.match(word, among: rules.map { $0.word })
      throw CheckpointError(
        .wrongWords, "`\(word)` is no rule",
        hint: meant.map {
          "`\(([$0] + words.dropFirst().map { ShellWords.quoted($0) }).joined(separator: " "))`"
        }
          ?? "the rules are \(Prose.list(rules.map { $0.word }, limit: .max))")
    }
    guard let rule = try type.init(Array(words.dropFirst()), folder: folder) else {
      throw CheckpointError(
        .wrongWords,
        "`\(words.map { ShellWords.quoted($0) }.joined(separator: " "))` is not how `\(word)` is written",
        hint: "`\(word) \(type.usage)`")
    }
    return rule
  }

  /// Holds files against the policy. One that cannot be read does not keep the others from being looked at.
  ///
  /// - Parameter onBytes: called with the number of bytes that were read, now and then.
  public func report(of paths: [String], onBytes: (Int) -> Void = { _ in }) -> PolicyReport {
    PolicyReport(
      policy: file,
      files: paths.map { path in
        do throws(CheckpointError) { return try report(of: path, onBytes) } catch {
          return .init(file: path, error: ErrorReport(error.at(file: path)).error)
        }
      })
  }

  private func report(of path: String, _ onBytes: (Int) -> Void) throws(CheckpointError) -> PolicyReport.File
  {
    let subject = try PolicySubject(path)
    var report = PolicyReport.File(file: path, rules: [])
    for line in lines {
      let findings = try line.rule.findings(in: subject, onBytes)
      report.rules?.append(.init(line: line.number, rule: line.text, findings))
    }
    return report
  }
}
