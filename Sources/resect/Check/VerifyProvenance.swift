// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `verify --provenance`: statements held against files, a `TraceReport` in words, and an exit code.
struct VerifyProvenance: ParsableArguments {
  @Flag(help: "FILES are statements that --provenance wrote; hold them against the files that they name.")
  var provenance = false

  @Flag(help: "With --provenance: follow the statements of inputs, all the way.")
  var chain = false

  @Option(
    help: "With --provenance: also look for files in this folder. May be given again.",
    completion: .directory)
  var among: [String] = []

  /// Whether statements are to be checked.
  ///
  /// - Throws: `wrongWords` for words that are about statements alone.
  func isWanted() throws -> Bool {
    guard provenance || (!chain && among.isEmpty) else {
      throw CheckpointError(.wrongWords, "--chain and --among go with --provenance")
    }
    return provenance
  }

  /// Statements one after the other: a finding outranks what could not be looked at.
  func run(_ files: [String], _ output: OutputOptions) throws {
    let progress = Progress("hashing")
    var trace = Trace(among: among, followsChain: chain) { progress.advance($0) }
    var reports: [TraceReport] = []
    for file in files { reports.append(try trace.report(of: file)) }
    progress.finish()
    let report = TraceReport(joining: reports)
    try output.print(report) { TraceText(report).text }
    if !report.isSound { throw Finding.found }
    if !report.isComplete { throw Finding.notExamined }
  }
}
