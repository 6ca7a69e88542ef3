// SPDX-License-Identifier: Apache-2.0

/// How an output came about: the predicate of our statements, `docs/formats/provenance.md`.
///
/// Nothing in it is of the machine or of the moment: the same work on the same bytes has the same predicate.
public struct Provenance: Sendable, Hashable {
  /// Its URI. No domain stands behind it that could go to somebody else; the number rises when a member goes or changes its
  /// meaning.
  public static let type: Text = "urn:resect:provenance:v1"

  /// What a pass did.
  public struct Step: Sendable, Hashable {
    /// The recipe line.
    public var pass: Text
    /// How many changes of each kind.
    public var counts: [Text: Int]
  }

  /// Something that was read and is not in the output.
  public struct Drop: Sendable, Hashable {
    /// Of a tensor or a value; one of a container stands for all that it holds.
    public var path: Text
    /// The pass that took it; the form that has no place for it; the name of the input that alone had it.
    public var by: Text
  }

  /// A checkpoint that was read.
  public struct Input: Sendable, Hashable {
    /// What it was for: `checkpoint`, `base`, `classifier`, `start`, `order`, `config`.
    public var role: Text
    /// The file, or the folder of the files.
    public var name: Text
    /// As `Document.Format` calls it; nil for what is no checkpoint.
    public var form: Text?
    /// One, unless it is a folder or an index with shards.
    public var files: [DigestedFile]
    /// The statement that lay beside it.
    public var statement: Parent?
  }

  /// The statement of an input, by its digest and what it says to be about.
  public struct Parent: Sendable, Hashable {
    /// The file, and the digest of its bytes.
    public var file: DigestedFile
    /// As it says itself.
    public var predicateType: Text
    /// What it is about, as it says itself.
    public var subject: [DigestedFile]
  }

  /// Recordings that were read.
  public struct Data: Sendable, Hashable {
    /// What they were for: `train`, `validate`, `noise`, `rir`.
    public var role: Text
    /// The list, or the folder.
    public var name: Text
    /// The list and the tables beside it; none for a folder.
    public var lists: [DigestedFile]
    /// In the order of the list. Names count from the list's folder where they lie in it.
    public var recordings: [DigestedFile]
  }

  /// A checkpoint that was written.
  public struct Output: Sendable, Hashable {
    /// The file, or the folder of files, among the statement's subjects.
    public var name: Text
    /// As `Document.Format` calls it.
    public var form: Text
    /// As `ls --hash` lists them, in its order.
    public var tensors: [Tensor]
  }

  /// One path that leads to a tensor.
  public struct Tensor: Sendable, Hashable {
    /// As `ls` prints it.
    public var path: Text
    /// PyTorch's name without `torch.`.
    public var dtype: Text
    /// Outermost first.
    public var shape: [Int]
    /// As `ls --hash` has it.
    public var sha256: String
  }

  /// `strip`, `edit`, `convert`, `merge`, `finetune` or `dino`.
  public var command: Text
  /// The program's name.
  public var program: Text
  /// The program's version.
  public var version: Text
  /// What the result depends on beside files and passes: words of the command line and their values.
  public var options: [Text: Text] = [:]
  /// `strip` and `edit` alone.
  public var passes: [Step]?
  /// In the order in which they were named.
  public var inputs: [Input] = []
  /// Of runs alone.
  public var data: [Data]?
  /// Every checkpoint that the statement is about.
  public var outputs: [Output] = []
  /// In the order in which things went; nil for runs.
  public var dropped: [Drop]?
}
