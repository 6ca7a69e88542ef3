// SPDX-License-Identifier: Apache-2.0

/// How an output came about: the predicate of our statements, `docs/formats/provenance.md`.
///
/// Nothing in it is of the machine or of the moment: the same work on the same bytes has the same predicate.
package struct Provenance: Sendable, Hashable {
  /// Its URI. No domain stands behind it that could go to somebody else; the number rises when a member goes or changes its
  /// meaning.
  package static let type: Text = "urn:resect:provenance:v1"

  /// What a pass did.
  package struct Step: Sendable, Hashable {
    /// The recipe line.
    package var pass: Text
    /// How many changes of each kind.
    package var counts: [Text: Int]
  }

  /// Something that was read and is not in the output.
  package struct Drop: Sendable, Hashable {
    /// Of a tensor or a value; one of a container stands for all that it holds.
    package var path: Text
    /// The pass that took it; the form that has no place for it; the name of the input that alone had it.
    package var by: Text
  }

  /// A checkpoint that was read.
  package struct Input: Sendable, Hashable {
    /// What it was for: `checkpoint`, `base`, `classifier`, `start`, `order`, `config`.
    package var role: Text
    /// The file, or the folder of the files.
    package var name: Text
    /// As `Document.Format` calls it; nil for what is no checkpoint.
    package var form: Text?
    /// One, unless it is a folder or an index with shards.
    package var files: [DigestedFile]
    /// The statement that lay beside it.
    package var statement: Parent?
  }

  /// The statement of an input, by its digest and what it says to be about.
  package struct Parent: Sendable, Hashable {
    /// The file, and the digest of its bytes.
    package var file: DigestedFile
    /// As it says itself.
    package var predicateType: Text
    /// What it is about, as it says itself.
    package var subject: [DigestedFile]
  }

  /// Recordings that were read.
  package struct Data: Sendable, Hashable {
    /// What they were for: `train`, `validate`, `noise`, `rir`.
    package var role: Text
    /// The list, or the folder.
    package var name: Text
    /// The list and the tables beside it; none for a folder.
    package var lists: [DigestedFile]
    /// In the order of the list. Names count from the list's folder where they lie in it.
    package var recordings: [DigestedFile]
  }

  /// A checkpoint that was written.
  package struct Output: Sendable, Hashable {
    /// The file, or the folder of files, among the statement's subjects.
    package var name: Text
    /// As `Document.Format` calls it.
    package var form: Text
    /// As `ls --hash` lists them, in its order.
    package var tensors: [Tensor]
  }

  /// One path that leads to a tensor.
  package struct Tensor: Sendable, Hashable {
    /// As `ls` prints it.
    package var path: Text
    /// PyTorch's name without `torch.`.
    package var dtype: Text
    /// Outermost first.
    package var shape: [Int]
    /// As `ls --hash` has it.
    package var sha256: String
  }

  /// `strip`, `edit`, `convert`, `merge`, `finetune`, `dino` or `export`.
  package var command: Text
  /// The program's name.
  package var program: Text
  /// The program's version.
  package var version: Text
  /// What the result depends on beside files and passes: words of the command line and their values.
  package var options: [Text: Text] = [:]
  /// `strip`, `edit` and `export` alone.
  package var passes: [Step]?
  /// In the order in which they were named.
  package var inputs: [Input] = []
  /// Of runs alone.
  package var data: [Data]?
  /// Every checkpoint that the statement is about.
  package var outputs: [Output] = []
  /// In the order in which things went; nil for runs.
  package var dropped: [Drop]?
}
