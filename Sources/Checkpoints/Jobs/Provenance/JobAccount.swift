// SPDX-License-Identifier: Apache-2.0

/// What a job says of itself for its statement.
public struct JobAccount: Sendable {
  /// A checkpoint that was read.
  struct Source: Sendable {
    /// As `Provenance.Input.role`.
    var role: Text
    var document: Document
  }

  /// As `Provenance` has them.
  var command: Text
  var options: [Text: Text]
  var passes: [Provenance.Step]?
  var dropped: [Provenance.Drop]
  var sources: [Source]
  /// What is written: its paths, and the plan in figures.
  var written: Document
  var output: OutputSummary

  init(
    _ command: Text, options: [Text: Text], steps: [PassReport]? = nil, sources: [Source],
    written: Document, output: OutputSummary
  ) {
    self.command = command
    self.options = options
    self.sources = sources
    self.written = written
    self.output = output
    passes = steps.map { $0.map(Provenance.Step.init) }
    dropped = (steps ?? []).flatMap(Provenance.Drop.drops)
    dropped += (output.droppedValues ?? []).map { .init(path: $0, by: Text(output.format)) }
  }
}

extension Provenance.Step {
  init(_ report: PassReport) {
    self.init(
      pass: Text(report.pass),
      counts: Dictionary(uniqueKeysWithValues: report.counts.map { (Text($0.key), $0.value) }))
  }
}

extension Provenance.Drop {
  /// What a pass took.
  static func drops(_ report: PassReport) -> [Self] {
    report.changes.filter { $0.kind == .dropped }.map { .init(path: $0.from, by: Text(report.pass)) }
  }
}

/// A job that a statement can be written about.
public protocol AccountableJob: PlannedJob {
  /// What it says of itself.
  var account: JobAccount { get }
}

extension [Text: Text] {
  /// Adds a flag if it is set.
  mutating func add(_ flag: Text, isSet: Bool) {
    if isSet { self[flag] = "yes" }
  }
}
