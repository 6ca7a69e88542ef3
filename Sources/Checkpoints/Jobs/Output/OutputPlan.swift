// SPDX-License-Identifier: Apache-2.0

/// A file, or a folder of files, to be written, complete before it exists: the order, offset and origin of every byte.
///
///     let plan = try OutputPlan(document, as: .torch)
///     try plan.write(to: "backbone.pth")
public struct OutputPlan: Sendable {
  /// What can be written; the words of `--to`.
  public typealias Format = WrittenFormat
  /// What may be lost or kept on the way out; by default nothing is lost.
  public typealias Options = FormatOptions
  /// Whose words a refusal advises.
  public typealias Caller = OutputCaller

  /// What the plan amounts to.
  public let summary: OutputSummary
  let files: [PlannedFile]
  let isFolder: Bool
  /// Every input that bytes come from.
  let inputs: [InputFile]

  /// Plans `document` in a format. Reads no tensor, but for those that a `cast` converts: what they would lose is
  /// counted before anything is written.
  ///
  /// Throws `.unknownGlobals` for objects beyond known data types, `.overflow` for a cast that would make finite
  /// values infinite, `.unrepresentable` for what the format cannot hold; `options` allows them.
  public init(
    _ document: Document, as format: Format = .torch, options: Options = Options()
  ) throws(CheckpointError) {
    var output: PlannedOutput
    do throws(CheckpointError) {
      if let size = options.shardSize {
        output = try ShardedFormat.plan(document, format.type, options, size: size)
      } else {
        output = try format.type.plan(document, options)
      }
    } catch { throw error.at(file: document.source?.file) }
    output.notes = (document.source?.notes ?? []) + output.notes
    let globals = output.globals.sorted()
    if !globals.isEmpty && !options.keepsOpaque {
      throw Self.refusal(of: globals, in: document, options.caller)
    }
    if !output.droppedValues.isEmpty && !options.dropsValues {
      throw Self.refusal(ofValues: output.droppedValues, format, in: document, options)
    }
    let casts = try CastReport.all(in: document)
    if !options.allowsOverflow { try CastReport.check(casts, of: document) }
    files = output.files
    isFolder = output.isFolder
    inputs = Self.inputs(of: document) + output.inputs
    summary = OutputSummary(format.rawValue, output, casts: casts)
  }

  /// The files that the document came from: no output may replace one, and none may change meanwhile.
  private static func inputs(of document: Document) -> [InputFile] {
    var inputs: [InputFile] = []
    for input in document.storages.flatMap(\.bytes.inputs) where !inputs.contains(input) {
      inputs.append(input)
    }
    return inputs
  }

  /// Writes the output: under a temporary name, flushed, renamed. An existing file is replaced only with
  /// `replacing`, an existing folder only if it is empty too.
  ///
  /// - Parameters:
  ///   - companion: a file that becomes whole together with the output, or not at all; `replacing` counts for it too.
  ///   - onBytes: called with the size of each part that was written.
  public func write(
    to path: String, replacing: Bool = false, beside companion: Companion? = nil,
    onBytes: (Int) -> Void = { _ in }
  ) throws(CheckpointError) {
    if let companion {
      try write(to: path, beside: companion, replacing: replacing, onBytes: onBytes)
    } else if isFolder {
      try folder(at: path, replacing: replacing, onBytes: onBytes).commit()
    } else {
      try file(at: path, replacing: replacing, onBytes: onBytes).commit()
    }
  }

  /// The same of one file that has to prove itself: `judge` reads back what was written, and what it throws leaves
  /// nothing behind.
  package func write<Judgement>(
    to path: String, replacing: Bool, judge: (InputFile) throws(CheckpointError) -> Judgement
  ) throws(CheckpointError) -> Judgement {
    let output = try file(at: path, replacing: replacing, onBytes: { _ in })
    let judgement = try judge(output.opened())
    try output.commit()
    return judgement
  }

  /// The output's one file, without its name.
  func file(at path: String, replacing: Bool, onBytes: (Int) -> Void) throws(CheckpointError) -> OutputFile {
    let file = try OutputFile(path, replacing: replacing, inputs: inputs)
    try write(files[0], to: file, onBytes: onBytes)
    return file
  }

  /// The output's folder, without its name.
  func folder(
    at path: String, replacing: Bool, onBytes: (Int) -> Void
  ) throws(CheckpointError) -> OutputFolder {
    let folder = try OutputFolder(path, replacing: replacing)
    try folder.naming { () throws(CheckpointError) in
      for file in files {
        let output = try OutputFile(folder.add(file.name.shown), replacing: false, inputs: [])
        try write(file, to: output, onBytes: onBytes)
        try output.commit()
      }
    }
    return folder
  }

  private func write(
    _ file: PlannedFile, to output: borrowing OutputFile, onBytes: (Int) -> Void
  ) throws(CheckpointError) {
    try file.write(to: output, onBytes: onBytes)
    for input in inputs { try input.checkUnchanged() }
  }

  /// What `write(to:replacing:)` would refuse about the place, without writing.
  public func check(_ path: String, replacing: Bool, beside companion: Companion? = nil)
    throws(CheckpointError)
  {
    if let companion {
      try companion.checkApart(from: path)
      try companion.plan.check(companion.path, replacing: replacing)
    }
    if isFolder {
      try OutputFolder.check(path, replacing: replacing)
    } else {
      try OutputFile.check(path, replacing: replacing, inputs: inputs)
    }
  }
}
