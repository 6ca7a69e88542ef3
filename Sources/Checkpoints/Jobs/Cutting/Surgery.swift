// SPDX-License-Identifier: Apache-2.0

/// The job of `resect strip` and `resect edit`: a document cut, planned and reported, ready to be written.
///
///     let surgery = try Surgery(stripping: Checkpoint.open("checkpoint.pth"))
///     try surgery.write(to: "backbone.pth")
public struct Surgery: RemovingJob, Sendable {
  /// The document that will be written.
  public let document: Document
  /// Complete; what `write` writes.
  public let plan: OutputPlan
  /// What `keepRemoved` planned.
  public private(set) var removal: RemovalPlan?
  /// `written` is set once it is.
  public private(set) var report: SurgeryReport
  /// What was read.
  let original: Document
  let options: OutputPlan.Options
  /// Whether the passes were found, not given.
  let isStrip: Bool
  /// What was put back.
  private(set) var restored: (patch: RemovalPatch, ontoChanged: Bool)?

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

  /// Finds the layout and leaves the backbone alone.
  ///
  /// - Parameters:
  ///   - branch: which network; nil takes the teacher, or the only one there is.
  ///   - copiesBare: write a file that is a bare backbone already as it is, instead of throwing `alreadyBare`.
  ///   - format: of the output.
  /// - Throws: what `stripPlan(branch:)` and `OutputPlan` throw.
  public init(
    stripping original: Document, branch: Text? = nil, copiesBare: Bool = false,
    format: OutputPlan.Format = .torch
  ) throws(CheckpointError) {
    var options = OutputPlan.Options()
    options.caller = .strip
    let strip: StripPlan?
    do throws(CheckpointError) {
      let recognition = try Recognition(original, wanting: branch)
      if copiesBare, case .bare = recognition {
        strip = nil
      } else {
        strip = try StripPlan(recognition.toStrip(), of: original)
      }
    } catch { throw error.at(file: original.source?.file) }
    guard let strip else {
      self = try Surgery(
        original, of: original, before: .init(original), steps: [], format: format, options: options,
        isStrip: true)
      report.isCopy = true
      return
    }
    var document = original
    let steps = try document.apply(strip.recipe.passes)
    let dropped = try StripDropped(strip, of: original)
    self = try Surgery(
      document, of: original, before: dropped.before, steps: steps, format: format, options: options,
      isStrip: true)
    report.found = SurgeryReport.Found(
      layout: strip.layout, page: strip.page, evidence: strip.evidence, branch: strip.branch,
      branches: strip.branches, summary: strip.summary, backbone: strip.backbone,
      note: strip.backbone?.upstreamNote)
    report.dropped = dropped.groups
    report.droppedPaths = dropped.paths
  }

  /// Applies a recipe, and has the optimizers of training checkpoints follow, as `Document.edit(_:)` does;
  /// `Document.apply(_:)` would leave them as they are, with states for parameters that are gone.
  ///
  /// - Parameter restoring: what is put back behind the passes.
  /// - Throws: what `Document.edit(_:)`, `RemovalPatch` and `OutputPlan` throw.
  public init(
    editing original: Document, _ recipe: Recipe, restoring: Restoring? = nil,
    format: OutputPlan.Format = .torch, options: OutputPlan.Options = .init()
  ) throws(CheckpointError) {
    var document = original
    let edit = try document.edit(recipe.passes)
    let restored = try restoring.map { restoring throws(CheckpointError) in
      try restoring.patch.restored(
        from: document, ontoChanged: restoring.ontoChanged, onBytes: restoring.onBytes)
    }
    var options = options
    if restoring != nil { options.caller = .restore }
    self = try Surgery(
      restored?.document ?? document, of: original, before: .init(original), steps: edit.steps,
      format: format, options: options, isStrip: false)
    self.restored = restoring.map { ($0.patch, $0.ontoChanged) }
    report.restored = restored?.report
    if !edit.optimizers.isEmpty { report.optimizers = edit.optimizers }
  }

  private init(
    _ document: Document, of original: Document, before: SurgeryReport.Figures, steps: [PassReport],
    format: OutputPlan.Format, options: OutputPlan.Options, isStrip: Bool
  ) throws(CheckpointError) {
    self.document = document
    self.original = original
    self.options = options
    self.isStrip = isStrip
    plan = try OutputPlan(document, as: format, options: options)
    report = SurgeryReport(
      file: document.source?.file ?? "", steps: steps, before: before, after: try .init(document),
      output: plan.summary)
  }

  /// Plans a patch that gives the original back. Reads every tensor of the document.
  ///
  /// - Parameter onBytes: called with the number of bytes that were read, now and then.
  /// - Throws: what `RemovalPlan` throws.
  public mutating func keepRemoved(onBytes: (Int) -> Void = { _ in }) throws(CheckpointError) {
    let removal = try RemovalPlan(
      of: original, in: document, recipe: report.steps.map(\.pass), onBytes: onBytes)
    report.removed = removal.report
    self.removal = removal
  }

  /// Writes the file and says so in the report.
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

/// What `edit` is to put back.
public struct Restoring {
  /// What was removed.
  public var patch: RemovalPatch
  /// Whether tensors may have other numbers by now.
  public var ontoChanged: Bool
  /// Called with the number of bytes that were read, now and then.
  public var onBytes: (Int) -> Void

  /// By default, as it was.
  public init(_ patch: RemovalPatch, ontoChanged: Bool = false, onBytes: @escaping (Int) -> Void = { _ in }) {
    self.patch = patch
    self.ontoChanged = ontoChanged
    self.onBytes = onBytes
  }
}
