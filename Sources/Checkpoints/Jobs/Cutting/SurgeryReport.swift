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
  public typealias Step = PassReport

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
