// SPDX-License-Identifier: Apache-2.0

/// What was cut from a checkpoint and what is left: what `resect strip` and `resect edit` print.
public struct SurgeryReport: Codable, Sendable {
  /// The layout that `strip` found.
  public struct Found: Codable, Sendable {
    public var layout: String
    /// `docs/layouts/<page>.md`.
    public var page: String
    /// Why it is this layout, a line each.
    public var evidence: [String]
    /// Absent where the file has no names for its networks.
    public var branch: Text?
    public var branches: [Text]
    /// What the backbone is, in words and as sizes, where that is known.
    public var summary: String?
    public var backbone: Backbone?
    /// That 3D-Speaker's class cannot be built in these sizes; absent where it can.
    public var note: String?
  }

  /// One pass and what it did.
  public struct Step: Codable, Sendable {
    public struct Change: Codable, Sendable {
      public var kind: String
      public var from: Text
      public var to: Text?
      public var detail: String?
    }

    /// The recipe line.
    public var pass: String
    /// How many changes of each kind.
    public var counts: [String: Int]
    /// A change of a container stands for all below it.
    public var changes: [Change]
    public var notes: [String]

    public init(_ report: PassReport) {
      pass = report.pass
      counts = [:]
      for change in report.changes { counts[change.kind.rawValue, default: 0] += 1 }
      changes = report.changes.map {
        Change(kind: $0.kind.rawValue, from: $0.from, to: $0.to, detail: $0.detail)
      }
      notes = report.notes
    }
  }

  /// Tensors, and their elements times item sizes.
  public struct Figures: Codable, Sendable, Hashable {
    public var tensors = 0
    public var bytes = 0
  }

  /// What went, under one name.
  public struct Group: Codable, Sendable {
    public var path: Text
    public var tensors: Int
    public var bytes: Int
  }

  public var schema = 1
  public var file: String
  /// The file that was written; absent for a dry run.
  public var written: String?
  public var found: Found?
  /// `strip` alone: the file was a bare backbone already and is copied.
  public var isCopy: Bool?
  public var steps: [Step]
  /// How optimizers followed; absent where none had to.
  public var optimizers: [OptimizerReport]?
  public var before: Figures
  public var after: Figures
  /// `strip` alone.
  public var dropped: [Group]?
  /// `strip` alone: every leaf that went.
  public var droppedPaths: [Text]?
  public var output: OutputSummary
}
