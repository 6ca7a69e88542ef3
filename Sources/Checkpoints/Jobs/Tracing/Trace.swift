// SPDX-License-Identifier: Apache-2.0

/// Holds statements of provenance against the files that are there: digests of files and of tensors, and with the chain
/// every statement before.
public struct Trace {
  private let followsChain: Bool
  private let onBytes: (Int) -> Void
  private var search: FileSearch
  private var report = TraceReport()
  /// By digest: two inputs may have one statement.
  private var seen: Set<String> = []

  /// A chain has as many links as work had steps.
  private static let mostStatements = 10_000

  /// - Parameters:
  ///   - folders: where files are looked for that do not lie beside the statement.
  ///   - followsChain: open the statements of inputs too, all the way.
  ///   - onBytes: called with the number of bytes that were hashed, now and then.
  public init(
    among folders: [String] = [], followsChain: Bool = false, onBytes: @escaping (Int) -> Void = { _ in }
  ) {
    self.followsChain = followsChain
    self.onBytes = onBytes
    search = FileSearch(among: folders, onBytes: onBytes)
  }

  /// Everything that was found out about a statement.
  ///
  /// - Throws: what opening the statement throws; `corrupt` for names that lead out of its folder.
  public mutating func report(of path: String) throws(CheckpointError) -> TraceReport {
    report = TraceReport()
    seen = []
    let (statement, sha256) = try Statement.open(path)
    try check(statement, sha256, path, depth: 0)
    report.isComplete =
      report.isComplete
      && report.statements[0].outputs.allSatisfy { output in
        output.error == nil && output.files.allSatisfy { [.agrees, .differs].contains($0.verdict) }
      }
    return report
  }

  private mutating func check(
    _ statement: Statement, _ sha256: String, _ path: String, depth: Int
  ) throws(CheckpointError) {
    guard seen.insert(sha256).inserted else { return }
    guard report.statements.count < Self.mostStatements else {
      throw CheckpointError(.limit, "the chain has more than \(Self.mostStatements) statements")
    }
    try Self.checkNames(statement, path)
    let folder = PathParts.of(path).folder
    let provenance = statement.provenance
    var checked = TraceReport.Statement(
      file: path, sha256: sha256, depth: depth, predicateType: statement.predicateType,
      command: provenance?.command, program: provenance?.program, version: provenance?.version, outputs: [],
      inputs: [], findings: [])
    checked.outputs = outputs(of: statement, folder, &checked.findings)
    var parents: [(Statement, String, String)] = []
    for input in provenance?.inputs ?? [] {
      checked.inputs.append(self.input(input, folder, &checked.findings, &parents))
    }
    if let data = provenance?.data { checked.data = data.map { self.data($0, folder) } }
    report.statements.append(checked)
    for (parent, sha256, path) in parents { try check(parent, sha256, path, depth: depth + 1) }
  }

  private static func checkNames(_ statement: Statement, _ path: String) throws(CheckpointError) {
    var names = statement.subject.map(\.name)
    if let provenance = statement.provenance {
      names += provenance.outputs.map(\.name)
      for input in provenance.inputs {
        names += input.files.map(\.name) + (input.statement.map { [$0.file.name] } ?? [])
      }
      for data in provenance.data ?? [] { names += [data.name] + (data.lists + data.recordings).map(\.name) }
    }
    guard let wrong = names.first(where: { !DigestedFile.isInside($0) }) else { return }
    throw CheckpointError(
      .corrupt, "it names `\(wrong)`, which is no path inside a folder", at: .init(file: path))
  }

  // MARK: What was written

  /// Each checkpoint with its files; files that are part of none by themselves.
  private mutating func outputs(
    of statement: Statement, _ folder: String, _ findings: inout [String]
  ) -> [TraceReport.Output] {
    var left = statement.subject
    var found: [TraceReport.Output] = []
    for output in statement.provenance?.outputs ?? [] {
      let own = left.filter { $0.name == output.name || $0.name.hasPrefix(output.name + "/") }
      left.removeAll { own.contains($0) }
      if own.isEmpty { findings.append("it tells of the output `\(output.name)` and is not about it") }
      var checked = TraceReport.Output(name: output.name, files: [], differ: [])
      for file in own { checked.files.append(search.check(file, in: [folder]).file) }
      compareTensors(output, folder, &checked)
      found.append(checked)
    }
    return found
      + left.map { .init(name: $0.name, files: [search.check($0, in: [folder]).file], differ: []) }
  }

  private func compareTensors(
    _ output: Provenance.Output, _ folder: String, _ checked: inout TraceReport.Output
  ) {
    guard let path = search.places(output.name, [folder]).first else { return }
    let tensors: [Provenance.Tensor]
    do throws(CheckpointError) {
      tensors = try Checkpoint.open(path).listing(hashing: true, onBytes: onBytes).tensors.map { .init($0) }
    } catch {
      // Of a file that is another the digest says enough.
      if !checked.files.contains(where: { $0.verdict == .differs }) { checked.error = "\(error)" }
      return
    }
    let stated = Dictionary(grouping: output.tensors, by: \.path)
    let actual = Dictionary(grouping: tensors, by: \.path)
    checked.tensors = stated.reduce(0) { $0 + (actual[$1.key] == $1.value ? $1.value.count : 0) }
    checked.differ = Set(stated.keys).union(actual.keys).filter { stated[$0] != actual[$0] }.sorted()
  }

  // MARK: What was read

  private mutating func input(
    _ input: Provenance.Input, _ folder: String, _ findings: inout [String],
    _ parents: inout [(Statement, String, String)]
  ) -> TraceReport.Input {
    var checked = TraceReport.Input(role: input.role, name: input.name, files: [])
    for file in input.files { checked.files.append(search.check(file, in: [folder]).file) }
    guard let parent = input.statement else { return checked }
    let known = Set(parent.subject.map(\.sha256))
    if !input.files.allSatisfy({ known.contains($0.sha256) }) {
      findings.append("the statement `\(parent.file.name)` is not about its input `\(input.name)`")
    }
    let (file, path) = search.check(parent.file, in: [folder])
    checked.statement = file
    guard followsChain else { return checked }
    guard file.verdict == .agrees, let path else {
      if file.verdict != .differs { report.isComplete = false }
      return checked
    }
    do throws(CheckpointError) {
      let (statement, sha256) = try Statement.open(path)
      if statement.subject != parent.subject || statement.predicateType != parent.predicateType {
        findings.append("`\(parent.file.name)` does not say what is told of it")
      }
      parents.append((statement, sha256, path))
    } catch {
      findings.append("`\(parent.file.name)`: \(error.reason)")
    }
    return checked
  }

  private mutating func data(_ data: Provenance.Data, _ folder: String) -> TraceReport.Data {
    var checked = TraceReport.Data(
      role: data.role, name: data.name, lists: [], agree: 0, missing: 0, differ: [])
    var folders = [folder]
    for list in data.lists {
      let (file, path) = search.check(list, in: [folder])
      checked.lists.append(file)
      if let path { folders.append(PathParts.of(path).folder) }
    }
    if data.lists.isEmpty { folders += search.places(data.name, [folder]) }
    for recording in data.recordings {
      switch search.check(recording, in: folders).file.verdict {
      case .agrees: checked.agree += 1
      case .missing: checked.missing += 1
      case .differs, .unread: checked.differ.append(recording.name)
      }
    }
    return checked
  }
}
