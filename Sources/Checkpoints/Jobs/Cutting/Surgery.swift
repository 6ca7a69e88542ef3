// SPDX-License-Identifier: Apache-2.0

/// The job of `resect strip` and `resect edit`: a document cut, planned and reported, ready to be written.
///
///     let surgery = try Surgery(stripping: Checkpoint.open("checkpoint.pth"))
///     try surgery.write(to: "backbone.pth")
public struct Surgery: PlannedJob, Sendable {
  /// The document that will be written.
  public let document: Document
  /// Complete; what `write` writes.
  public let plan: OutputPlan
  /// `written` is set once it is.
  public private(set) var report: SurgeryReport
  /// What was read.
  let original: Document
  let options: OutputPlan.Options
  /// Whether the passes were found, not given.
  let isStrip: Bool

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
  /// - Throws: what `Document.edit(_:)` and `OutputPlan` throw.
  public init(
    editing original: Document, _ recipe: Recipe, format: OutputPlan.Format = .torch,
    options: OutputPlan.Options = .init()
  ) throws(CheckpointError) {
    var document = original
    let edit = try document.edit(recipe.passes)
    self = try Surgery(
      document, of: original, before: .init(original), steps: edit.steps, format: format, options: options,
      isStrip: false)
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

  /// Writes the file and says so in the report.
  ///
  /// - Parameter onBytes: called with the number of bytes that were written, now and then.
  public mutating func write(
    to path: String, replacing: Bool = false, onBytes: (Int) -> Void = { _ in }
  ) throws(CheckpointError) {
    try plan.write(to: path, replacing: replacing, onBytes: onBytes)
    report.written = path
  }
}
