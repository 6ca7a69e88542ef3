// SPDX-License-Identifier: Apache-2.0

/// Statements of provenance held against the files that are there: what `resect verify --provenance` prints.
public struct TraceReport: Codable, Sendable {
  /// What came of one file.
  public enum Verdict: String, Codable, Sendable {
    /// It has the digest that is stated.
    case agrees
    /// It has another.
    case differs
    /// It is not there.
    case missing
    /// It is there and cannot be read.
    case unread
  }

  /// A file that a statement names.
  public struct File: Codable, Sendable {
    /// As the statement has it.
    public var name: Text
    /// As the statement has it, hexadecimal.
    public var sha256: String
    /// Of the file that was found.
    public var verdict: Verdict
    /// The digest that it has; present where it differs.
    public var found: String?
  }

  /// A checkpoint that a statement is about.
  public struct Output: Codable, Sendable {
    /// The file, or the folder of files.
    public var name: Text
    /// Each file of it.
    public var files: [File]
    /// Tensors that are as stated; absent where they could not be read.
    public var tensors: Int?
    /// Paths of tensors that are not, are missing, or are there besides.
    public var differ: [Text]
    /// Why tensors could not be read; absent where they could, and where the output is not there.
    public var error: String?
  }

  /// A checkpoint that was read.
  public struct Input: Codable, Sendable {
    /// What it was for.
    public var role: Text
    /// The file, or the folder of files.
    public var name: Text
    /// Each file of it.
    public var files: [File]
    /// Its own statement; absent where there was none.
    public var statement: File?
  }

  /// Recordings that were read.
  public struct Data: Codable, Sendable {
    /// What they were for.
    public var role: Text
    /// The list, or the folder.
    public var name: Text
    /// The list, and the tables beside it.
    public var lists: [File]
    /// How many recordings are as stated.
    public var agree: Int
    /// How many are not there.
    public var missing: Int
    /// Those that are others now, or cannot be read.
    public var differ: [Text]
  }

  /// One statement.
  public struct Statement: Codable, Sendable {
    /// The path that was opened.
    public var file: String
    /// Of its bytes.
    public var sha256: String
    /// How many steps it lies before the statement that was named.
    public var depth: Int
    /// As it says itself.
    public var predicateType: Text
    /// What was done; absent, as the next two, where it is a statement of another kind.
    public var command: Text?
    /// Whose command it is.
    public var program: Text?
    /// Of that program.
    public var version: Text?
    /// What it is about.
    public var outputs: [Output]
    /// In its order.
    public var inputs: [Input]
    /// Absent where there is none.
    public var data: [Data]?
    /// What contradicts itself in it, a sentence each.
    public var findings: [String]
  }

  /// Rises when a name goes or changes its meaning.
  public var schema = 1
  /// The one that was named, then with `--chain` those of its inputs, each followed by those before it.
  public var statements: [Statement] = []

  /// Several reports as one.
  public init(joining reports: [TraceReport] = []) {
    statements = reports.flatMap(\.statements)
    isComplete = reports.allSatisfy(\.isComplete)
  }

  /// Whether nothing that was looked at contradicts a statement.
  public var isSound: Bool { statements.allSatisfy(\.isSound) }

  /// Whether the output is there and could be read, and with `--chain` every statement before.
  public internal(set) var isComplete = true
}

extension TraceReport.Statement {
  /// Whether nothing that was looked at contradicts it.
  public var isSound: Bool {
    findings.isEmpty
      && outputs.allSatisfy { $0.differ.isEmpty && $0.files.allSatisfy(\.isSound) }
      && inputs.allSatisfy { ($0.files + ($0.statement.map { [$0] } ?? [])).allSatisfy(\.isSound) }
      && (data ?? []).allSatisfy { $0.differ.isEmpty && $0.lists.allSatisfy(\.isSound) }
  }
}

extension TraceReport.File {
  fileprivate var isSound: Bool { verdict != .differs }
}
