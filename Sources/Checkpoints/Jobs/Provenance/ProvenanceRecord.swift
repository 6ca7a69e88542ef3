// SPDX-License-Identifier: Apache-2.0

/// The statement of an output on its way: what can be refused is refused and every input is hashed before anything is
/// written; the statement itself follows the output.
///
///     let record = try ProvenanceRecord(of: surgery, to: "backbone.pth", by: "resect")
///     try surgery.write(to: "backbone.pth")
///     try record.finish()
public struct ProvenanceRecord {
  /// The file that `finish` writes.
  public var path: String { place.path }
  private let place: StatementPlace
  private let output: String
  private let isReplacing: Bool
  private let provenance: Provenance
  private let files: HashedFiles
  /// Names in the output's folder; nil where it is a file.
  private var members: [Text]?

  /// Where the statement of an output lies.
  package static func path(of output: String) -> String { StatementPlace(of: output).path }

  /// The same of one that is to be written.
  ///
  /// - Throws: `wouldOverwrite` where one lies there and may not be replaced, and what any output is refused for.
  public static func check(_ output: String, replacing: Bool) throws(CheckpointError) -> String {
    let path = StatementPlace(of: output).path
    try OutputFile.check(path, replacing: replacing, inputs: [])
    return path
  }

  /// Hashes what a job has read.
  ///
  /// - Parameters:
  ///   - program: whose command it is.
  ///   - replacing: whether a statement that lies there may be replaced.
  ///   - onBytes: called with the number of bytes that were hashed, now and then.
  /// - Throws: `wouldOverwrite` for a statement that is there, `contradiction` where the statement beside an input is about
  ///   other bytes, `unrepresentable` for names that are no Unicode; what reading throws.
  public init(
    of job: some AccountableJob, to output: String, by program: String, replacing: Bool = false,
    onBytes: @escaping (Int) -> Void = { _ in }
  ) throws(CheckpointError) {
    let account = job.account
    _ = try Self.check(output, replacing: replacing)
    let place = StatementPlace(of: output)
    var provenance = Provenance(
      command: account.command, program: Text(program), version: Text(ProgramVersion.current))
    provenance.options = account.options
    provenance.passes = account.passes
    provenance.dropped = account.dropped
    var inputs = InputAccount(place, onBytes: onBytes)
    for source in account.sources {
      provenance.inputs.append(try inputs.checkpoint(source.document, role: source.role))
    }
    try self.init(provenance, inputs.files, of: output, at: place, replacing: replacing)
    members = account.output.files
    for tensor in try account.written.listing().tensors {
      _ = try CanonicalJSON.bytes(of: .string(tensor.path))
    }
  }

  /// The same of a command of the trainer's.
  package init(
    of run: RunAccount, to output: String, by program: String, replacing: Bool
  ) throws(CheckpointError) {
    let place = StatementPlace(of: output)
    var provenance = Provenance(
      command: run.command, program: Text(program), version: Text(ProgramVersion.current))
    provenance.options = run.options
    var inputs = InputAccount(place)
    for input in run.inputs {
      provenance.inputs.append(
        try input.isCheckpoint
          ? inputs.checkpoint(Checkpoint.open(input.path), role: input.role)
          : inputs.file(input.path, role: input.role))
    }
    if let all = run.data {
      provenance.data = []
      for data in all { provenance.data?.append(try inputs.data(data)) }
    }
    if let steps = run.steps {
      provenance.passes = steps.map(Provenance.Step.init)
      provenance.dropped = steps.flatMap(Provenance.Drop.drops)
    }
    try self.init(provenance, inputs.files, of: output, at: place, replacing: replacing)
  }

  /// What has no place in a statement is refused before anything is written.
  private init(
    _ provenance: Provenance, _ files: HashedFiles, of output: String, at place: StatementPlace,
    replacing: Bool
  ) throws(CheckpointError) {
    self.place = place
    self.output = output
    self.provenance = provenance
    self.files = files
    isReplacing = replacing
    _ = try Statement(about: [], provenance).bytes()
  }

  /// Hashes the output that has been written meanwhile and writes the statement, whole or not at all.
  ///
  /// - Throws: `inputChanged` where an input is another by now; what reading and writing throws.
  public func finish(onBytes: @escaping (Int) -> Void = { _ in }) throws(CheckpointError) {
    try finish([(output, place.outputName, members)], onBytes)
  }

  /// The same about checkpoints in the output's folder.
  package func finish(checkpoints: [String]) throws(CheckpointError) {
    var written: [(path: String, name: Text, members: [Text]?)] = []
    for path in checkpoints {
      let isFolder = Kernel.status(at: path)?.kind == .folder
      let members = isFolder ? try Kernel.names(in: path).map { Text($0) } : nil
      written.append((path, place.name(ofPart: path, of: output), members))
    }
    try finish(written, { _ in })
  }

  private func finish(
    _ written: [(path: String, name: Text, members: [Text]?)], _ onBytes: @escaping (Int) -> Void
  ) throws(CheckpointError) {
    do throws(CheckpointError) {
      try files.checkUnchanged()
      var account = OutputAccount(place, onBytes: onBytes)
      for one in written { try account.add(one.path, called: one.name, members: one.members) }
      try account.write(provenance, replacing: isReplacing)
    } catch {
      var error = error
      let missing = "\(PlainText.of(output)) is written, but has no statement"
      error.hint = missing + (error.hint.map { "; \($0)" } ?? "")
      throw error
    }
  }
}
