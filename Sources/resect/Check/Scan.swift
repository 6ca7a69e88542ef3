// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `resect scan`: a `ScanReport` in words, and an exit code.
struct Scan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Every global that the pickles name, classified; nothing is run.",
    discussion: """
      default: PyTorch loads it by default. data: a class of plain data that PyTorch asks about. rebuild: a function \
      that makes such data anew. opaque: anything else, a project's own class for example. dangerous: it runs code \
      or commands, or reaches files or the network.
      Exit code 1 where something is opaque or dangerous, else 3 where a file could not be examined to its end.

      Examples:
        resect scan checkpoint.pth
        resect scan *.pth --json
        resect scan checkpoint.pth --allow ours.txt
      """)

  @Argument(help: "Checkpoints.", completion: .file())
  var files: [String]

  @Option(
    help: "A list of names that you vouch for: lines 'allow MODULE NAME', exact names alone.",
    completion: .file())
  var allow: String?

  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let allowance = try allow.map { path throws(CheckpointError) in try GlobalAllowance(path: path) }
    let report = GlobalScan.report(of: files, allowing: allowance ?? GlobalAllowance())
    try output.print(report) { report.files.map(Self.text).joined() }
    if report.hasFinding { throw Finding.found }
    if !report.isComplete { throw Finding.notExamined }
  }

  static func text(_ file: ScanReport.File) -> String {
    let name = Words.plain(file.file)
    let counts = GlobalVerdict.allCases.compactMap { verdict in
      let count = file.globals.count { $0.verdict == verdict }
      return count == 0 ? nil : "\(count) \(verdict.rawValue)"
    }
    var text = "\(name): " + (counts.isEmpty ? "no globals" : counts.joined(separator: ", ")) + "\n"
    var table = TextTable(.left, .left, .left)
    for global in file.globals where global.verdict != .byDefault {
      let verdict = global.verdict.rawValue + (global.allowed == true ? " (allowed)" : "")
      table.add(["  " + verdict, Words.plain(global.name), Words.plain(global.member ?? "")])
    }
    text += table.text
    if let error = file.error {
      let place = [error.member.map(Words.plain), error.byte.map { "byte \($0)" }].compactMap { $0 }
      text +=
        "  not examined to its end: " + (place + [Words.plain(error.message)]).joined(separator: ": ") + "\n"
      // What is wrong with a file is the finding; a bound of ours can be lifted.
      if error.code == CheckpointError.Code.limit.word, let hint = error.hint {
        text += "    try: \(Words.plain(hint))\n"
      }
    }
    return text
  }
}
