// SPDX-License-Identifier: Apache-2.0

/// A document on its way into a format, planned and reported, ready to be written.
///
///     var convert = try Convert(Checkpoint.open("model.safetensors"), to: .torch)
///     try convert.write(to: "model.pth")
public struct Convert: RemovingJob, Sendable {
  /// Complete; what `write` writes.
  public let plan: OutputPlan
  /// What `keepRemoved` planned.
  public private(set) var removal: RemovalPlan?
  /// `written` is set once it is.
  public private(set) var report: ConvertReport
  /// What was read.
  let document: Document
  let options: OutputPlan.Options

  /// As the report has it: set by `write`, or by who has put the plan's bytes elsewhere.
  public var written: String? {
    get { report.written }
    set { report.written = newValue }
  }

  /// Set to the statement that was written about the output, or is to be.
  public var provenance: String? {
    get { report.provenance }
    set { report.provenance = newValue }
  }

  /// Plans the document in the format.
  ///
  /// - Throws: what `OutputPlan` throws.
  public init(
    _ document: Document, to format: OutputPlan.Format, options: OutputPlan.Options = .init()
  ) throws(CheckpointError) {
    var options = options
    options.caller = .convert
    self.document = document
    self.options = options
    plan = try OutputPlan(document, as: format, options: options)
    report = ConvertReport(
      file: document.source?.file ?? "", from: (document.source?.format ?? .torch).rawValue,
      to: format.rawValue, output: plan.summary)
  }

  /// Plans a patch that gives the original back, with what the format has no place for. Reads every tensor.
  ///
  /// - Parameter onBytes: called with the number of bytes that were read, now and then.
  /// - Throws: what `RemovalPlan` throws.
  public mutating func keepRemoved(onBytes: (Int) -> Void = { _ in }) throws(CheckpointError) {
    let removal = try RemovalPlan(of: document, in: document, recipe: [], onBytes: onBytes)
    report.removed = removal.report
    self.removal = removal
  }

  /// Writes the file or folder and says so in the report.
  ///
  /// - Parameters:
  ///   - patch: where `removal` goes; nil where it is not to be written.
  ///   - onBytes: called with the number of bytes that were written, now and then.
  public mutating func write(
    to path: String, replacing: Bool = false, patch: String? = nil, onBytes: (Int) -> Void = { _ in }
  ) throws(CheckpointError) {
    try plan.write(to: path, replacing: replacing, beside: companion(at: patch), onBytes: onBytes)
    report.written = path
    if removal != nil { report.removed?.written = patch }
  }
}

/// What `resect convert` prints.
public struct ConvertReport: Codable, Sendable {
  /// Rises when a name goes or changes its meaning.
  public var schema = 1
  /// The path that was opened, as it was given.
  public var file: String
  /// The form of the input, as `ls --json` has it.
  public var from: String
  /// The form of the output, as `--to` has it.
  public var to: String
  /// The file or folder that was written; absent for a dry run.
  public var written: String?
  /// The statement about the output that was written, or for a dry run would be; absent where none was asked for.
  public var provenance: String?
  /// Every member of the output, and what was left out.
  public var output: OutputSummary
  /// What was kept of what the output lacks; absent where nobody has asked for it.
  public var removed: RemovalReport?
}
