// SPDX-License-Identifier: Apache-2.0

/// How files stand to a policy: what `resect check` prints.
public struct PolicyReport: Codable, Sendable {
  /// One rule, and what does not hold of it.
  public struct Rule: Codable, Sendable {
    /// Of the policy, from 1.
    public var line: Int
    /// The line, without comments.
    public var rule: String
    /// Whether it holds.
    public var holds: Bool
    /// At most a hundred sentences; empty where it holds.
    public var findings: [String]
    /// Findings that are not listed.
    public var moreFindings: Int?

    private static let most = 100

    init(line: Int, rule: String, _ findings: [String]) {
      self.line = line
      self.rule = rule
      holds = findings.isEmpty
      self.findings = Array(findings.prefix(Self.most))
      moreFindings = findings.count > Self.most ? findings.count - Self.most : nil
    }
  }

  /// One file.
  public struct File: Codable, Sendable {
    /// Its path.
    public var file: String
    /// Why it could not be judged; absent where it was.
    public var error: ErrorReport.Body?
    /// In the order of the policy; absent where the file could not be judged.
    public var rules: [Rule]?

    /// Whether every rule holds.
    public var holds: Bool { rules?.allSatisfy(\.holds) ?? false }
  }

  /// Rises when a name goes or changes its meaning.
  public var schema = 1
  /// The path of the policy.
  public var policy: String
  /// In the order of the arguments.
  public var files: [File]

  /// Whether a rule does not hold of a file: exit code 1.
  public var hasFinding: Bool { files.contains { $0.rules?.contains { !$0.holds } ?? false } }
  /// Whether every file could be judged.
  public var isComplete: Bool { files.allSatisfy { $0.error == nil } }
}
