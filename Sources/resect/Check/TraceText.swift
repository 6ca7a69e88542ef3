// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// Statements and what came of them, in words.
struct TraceText {
  private(set) var text = ""

  /// Names that are shown of what differs.
  private static let most = 8

  init(_ report: TraceReport) {
    for statement in report.statements { text += Self.block(statement) }
    text +=
      !report.isSound
      ? "does not hold\n" : report.isComplete ? "holds\n" : "holds as far as it could be checked\n"
  }

  private static func block(_ statement: TraceReport.Statement) -> String {
    let indent = String(repeating: "  ", count: statement.depth)
    var title = Words.plain(statement.file) + ": "
    if let command = statement.command, let program = statement.program, let version = statement.version {
      title += Words.plain("\(command) by \(program) \(version)")
    } else {
      title += Words.plain(statement.predicateType)
    }
    var table = TextTable(.left, .left, .left)
    for output in statement.outputs { add("output", output.name, words(output), to: &table) }
    for input in statement.inputs {
      add(input.role, input.name, [words(input.files)], to: &table)
      if let parent = input.statement { add("made by", parent.name, [words([parent])], to: &table) }
    }
    for data in statement.data ?? [] { add(data.role, data.name, words(data), to: &table) }
    for finding in statement.findings { table.add(["  wrong", Words.plain(finding)]) }
    return ([title] + table.lines).map { indent + $0 + "\n" }.joined()
  }

  private static func add(_ role: Text, _ name: Text, _ words: [String], to table: inout TextTable) {
    for (index, line) in words.enumerated() {
      table.add(index == 0 ? ["  " + Words.plain(role), Words.plain(name), line] : ["", "", line])
    }
  }

  private static func words(_ output: TraceReport.Output) -> [String] {
    var line = words(output.files)
    if let tensors = output.tensors, tensors > 0 { line += "; \(agree(tensors, "tensor"))" }
    var lines = [line]
    if !output.differ.isEmpty {
      lines.append("\(Words.count(output.differ.count, "tensor")) not as stated: \(list(output.differ))")
    }
    if let error = output.error { lines.append("its tensors cannot be read: \(Words.plain(error))") }
    return lines
  }

  private static func words(_ data: TraceReport.Data) -> [String] {
    var parts: [String] = []
    if !data.lists.isEmpty { parts.append(words(data.lists)) }
    if data.agree > 0 { parts.append(agree(data.agree, "recording")) }
    if data.missing > 0 { parts.append("\(Words.count(data.missing, "recording")) not here") }
    var lines = [parts.joined(separator: "; ")]
    if !data.differ.isEmpty {
      lines.append("\(Words.count(data.differ.count, "recording")) not as stated: \(list(data.differ))")
    }
    return lines
  }

  private static func agree(_ count: Int, _ thing: String) -> String {
    "\(Words.count(count, thing)) agree\(count == 1 ? "s" : "")"
  }

  /// One word where all files have the same verdict.
  private static func words(_ files: [TraceReport.File]) -> String {
    func word(_ verdict: TraceReport.Verdict) -> String {
      switch verdict {
      case .agrees: "agrees"
      case .differs: "differs"
      case .missing: "not here"
      case .unread: "cannot be read"
      }
    }
    if files.count == 1 { return word(files[0].verdict) }
    var parts: [String] = []
    let agreeing = files.count { $0.verdict == .agrees }
    if agreeing > 0 { parts.append(agree(agreeing, "file")) }
    for verdict in [TraceReport.Verdict.differs, .missing, .unread] {
      let names = files.filter { $0.verdict == verdict }.map(\.name)
      if !names.isEmpty { parts.append("\(word(verdict)): \(list(names))") }
    }
    return parts.isEmpty ? "no files" : parts.joined(separator: "; ")
  }

  private static func list(_ names: [Text]) -> String {
    let shown = names.prefix(most).map(Words.plain).joined(separator: ", ")
    return shown + (names.count > most ? " and \(names.count - most) more" : "")
  }
}
