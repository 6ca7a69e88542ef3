// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Several checkpoints of one network made into one, planned and reported, ready to be written.
///
///     var merge = try Merge([Checkpoint.open("a.pth"), Checkpoint.open("b.pth")], .average(weights: nil))
///     try merge.write(to: "mean.pth")
public struct Merge: PlannedJob, Sendable {
  /// What is merged, and what may be lost on the way.
  public struct Options: Sendable {
    /// The part of each file that is merged and becomes the document; nil for all of it.
    public var path: Text?
    /// What becomes of integers that differ; nil refuses them.
    public var integers: IntegerRule?
    /// Write even where finite values become infinite.
    public var allowsOverflow = false

    /// By default all of each file, with integers equal and nothing overflowing.
    public init(path: Text? = nil, integers: IntegerRule? = nil, allowsOverflow: Bool = false) {
      self.path = path
      self.integers = integers
      self.allowsOverflow = allowsOverflow
    }
  }

  /// The document that will be written: the first one's structure with the merged tensors in it.
  public let document: Document
  /// Complete; numbers are computed when it is written.
  public let plan: OutputPlan
  /// `written` is set once it is.
  public private(set) var report: MergeReport
  /// What was read.
  let sources: (documents: [Document], base: Document?)
  let options: Options

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

  /// Pairs tensors by their paths. Reads integers, to compare them; for `slerp` the other tensors too, and all of them
  /// where values can overflow.
  ///
  /// - Parameters:
  ///   - documents: in the order in which they are folded.
  ///   - base: for `MergeMethod.task` alone.
  ///   - format: nil for that of the first document, as `OutputPlan.Format(editing:to:)` tells it.
  /// - Throws: `.wrongWords` for parameters that do not fit the method or the files, `.misfit` for other keys, shapes
  ///   or data types, `.ambiguous` for integers that differ and for optimizers, `.overflow`, and what `OutputPlan`
  ///   throws.
  public init(
    _ documents: [Document], base: Document? = nil, _ method: MergeMethod,
    format: OutputPlan.Format? = nil, options: Options = Options()
  ) throws(CheckpointError) {
    try method.check(files: documents.count, hasBase: base != nil)
    sources = (documents, base)
    self.options = options
    var inputs: [MergeInput] = []
    for document in documents + (base.map { [$0] } ?? []) {
      var part = document
      if let path = options.path { try part.apply([Take(path)]) }
      inputs.append(try MergeInput(part))
    }
    for other in inputs.dropFirst() { try inputs[0].checkFits(other) }
    let baseInput = base == nil ? nil : inputs.removeLast()
    var merger = TensorMerger(inputs, base: baseInput, method, options)
    let merged = try merger.merged()
    let values = MergeValues(inputs)
    var outputOptions = OutputPlan.Options()
    outputOptions.caller = .merge
    plan = try OutputPlan(merged, as: format ?? .init(editing: merged, to: nil), options: outputOptions)
    document = merged
    report = MergeReport(
      method, files: inputs.map(\.file), base: baseInput?.file, path: options.path, output: plan.summary)
    merger.fill(&report)
    report.values = values.differing
    report.leftOut = values.leftOut
  }

  /// Writes the file and says so in the report.
  public mutating func write(
    to path: String, replacing: Bool = false, patch: String? = nil, onBytes: (Int) -> Void = { _ in }
  ) throws(CheckpointError) {
    try plan.write(to: path, replacing: replacing, beside: companion(at: patch), onBytes: onBytes)
    report.written = path
  }
}
