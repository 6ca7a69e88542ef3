// SPDX-License-Identifier: Apache-2.0

/// What was cut from a checkpoint and what is left: what `resect strip` and `resect edit` print.
public struct SurgeryReport: Codable, Sendable {
  /// The layout that `strip` found.
  public struct Found: Codable, Sendable {
    /// The layout's name.
    public var layout: String
    /// `docs/layouts/<page>.md`.
    public var page: String
    /// Why it is this layout, a line each.
    public var evidence: [String]
    /// Absent where the file has no names for its networks.
    public var branch: Text?
    /// Every network that the file has, by name.
    public var branches: [Text]
    /// What the backbone is, in words and as sizes, where that is known.
    public var summary: String?
    /// Absent where it is not known.
    public var backbone: Backbone?
    /// That 3D-Speaker's class cannot be built in these sizes; absent where it can.
    public var note: String?
  }

  /// One pass and what it did.
  public typealias Step = PassReport

  /// Tensors, and their elements times item sizes.
  public struct Figures: Codable, Sendable, Hashable {
    /// Paths that lead to a tensor.
    public var tensors = 0
    /// Their elements times item sizes.
    public var bytes = 0
  }

  /// What went, under one name.
  public struct Group: Codable, Sendable {
    /// A path of the document, or a prefix of the branch's keys, which ends with its dot.
    public var path: Text
    /// Paths that lead to a tensor.
    public var tensors: Int
    /// Their elements times item sizes.
    public var bytes: Int
  }

  /// Rises when a name goes or changes its meaning.
  public var schema = 1
  /// The path that was opened, as it was given.
  public var file: String
  /// The file that was written; absent for a dry run.
  public var written: String?
  /// The statement about the output that was written, or for a dry run would be; absent where none was asked for.
  public var provenance: String?
  /// `strip` alone.
  public var found: Found?
  /// `strip` alone: the file was a bare backbone already and is copied.
  public var isCopy: Bool?
  /// A step a pass, in order.
  public var steps: [Step]
  /// How optimizers followed; absent where none had to.
  public var optimizers: [OptimizerReport]?
  /// Of the document that was read.
  public var before: Figures
  /// Of the one that is written.
  public var after: Figures
  /// `strip` alone.
  public var dropped: [Group]?
  /// `strip` alone: every leaf that went.
  public var droppedPaths: [Text]?
  /// What `--restore` did; absent without it.
  public var restored: RestoringReport?
  /// What was kept of what went; absent where nobody has asked for it.
  public var removed: RemovalReport?
  /// Every member of the output, and what was left out.
  public var output: OutputSummary
}
