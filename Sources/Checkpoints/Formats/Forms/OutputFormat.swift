// SPDX-License-Identifier: Apache-2.0

/// What a format makes of a document: the files, and what the report has to say.
struct PlannedOutput: Sendable {
  /// One, unless `isFolder`.
  var files: [PlannedFile]
  /// Whether the output is a folder that holds the files under their names.
  var isFolder = false
  /// Tensors that go out.
  var tensors: Int
  /// Bytes of kept storages that no tensor uses and that stay behind.
  var droppedBytes = 0
  /// Globals beyond known data types, as found in what is written.
  var globals: Set<GlobalName> = []
  /// Paths of leaves that the format cannot hold; they go only with `dropsValues`.
  var droppedValues: [Text] = []
  /// What a user should know, a sentence each.
  var notes: [String] = []
  /// Files beyond those of the document that bytes come from.
  var inputs: [InputFile] = []
}

/// A format that documents are written in.
///
/// `WrittenFormat` lists them.
protocol OutputFormat: SendableMetatype {
  /// The word of `--to`.
  static var word: String { get }
  /// The suffixes that stand for it in the name of an output, in lower case; none where it has no say.
  static var suffixes: [Text] { get }

  /// Plans the document in this format. Reads no tensor.
  ///
  /// Throws `.unrepresentable` for what the format cannot hold.
  static func plan(
    _ document: Document, _ options: FormatOptions
  ) throws(CheckpointError) -> PlannedOutput
}

extension OutputFormat {
  static var suffixes: [Text] { [] }
}
