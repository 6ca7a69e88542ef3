// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// What every command that writes takes: `-o`, `--dry-run`, `--force`, `--provenance`.
struct WriteOptions: ParsableArguments {
  @Option(
    name: [.customShort("o"), .customLong("output")], help: "The file to write; - is standard output.",
    completion: .file())
  var path: String?

  @Flag(name: .shortAndLong, help: "Print the plan and write nothing.")
  var dryRun = false

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @Flag(
    help:
      "Also write OUT.provenance.json, an in-toto statement: digests of what was read and written, and how.")
  var provenance = false

  /// What can be refused before anything is read.
  func checkPath() throws {
    if goesToStandardOutput { return try checkStream() }
    if let path {
      guard OutputPlan.Format.suffix(of: path) != "onnx" else {
        throw CheckpointError(
          .wrongWords, "an ONNX model is a graph of operators, and tensors alone make none",
          at: .init(file: path),
          hint:
            "`resect-train export MODEL -o \(ShellWords.quoted(path))` writes a speaker network's graph; for the tensors alone, a name that ends in .safetensors, .pth or .npz"
        )
      }
      return try OutputPlace.check(path)
    }
    if dryRun { return }
    throw CheckpointError(
      .wrongWords, "where should the result go?", hint: "`-o OUT`, or --dry-run to see the plan alone")
  }

  /// Whether the output takes the place of the report on standard output.
  private var goesToStandardOutput: Bool { path == "-" }

  private func checkStream() throws(CheckpointError) {
    guard !provenance else {
      throw CheckpointError(
        .wrongWords, "a statement stands beside the file that it is about, and standard output is none",
        hint: "`-o FILE`")
    }
    if !dryRun { try Standard.refuseTerminal(hint: "`-o FILE`, or a pipe") }
  }

  /// What a job has to say: on standard error where the output goes to standard output.
  func print(_ report: some Encodable, _ output: OutputOptions, text: () -> String) throws {
    guard goesToStandardOutput, !dryRun else { return try output.print(report, text: text) }
    Standard.error(output.json ? try JSONText.of(report) : text())
  }

  /// Writes what was planned, or for a dry run checks only that it could be written.
  ///
  /// - Parameter patch: where the job's removal goes.
  func write(_ job: inout some AccountableJob, patch: String? = nil) throws {
    guard let path else { return }
    if goesToStandardOutput { return try stream(&job, patch: patch) }
    let companion = job.companion(at: patch)
    if dryRun || provenance { try job.plan.check(path, replacing: force, beside: companion) }
    if provenance { job.provenance = try ProvenanceRecord.check(path, replacing: force) }
    if dryRun { return }
    let record = provenance ? try record(of: job, to: path) : nil
    let bytes = job.plan.summary.bytes + (companion?.plan.summary.bytes ?? 0)
    let progress = Progress("writing", total: bytes)
    try job.write(to: path, replacing: force, patch: patch) { progress.advance($0) }
    progress.finish()
    LinkNote.say([path] + (patch.map { [$0] } ?? []))
    let reading = Progress("hashing")
    try record?.finish { reading.advance($0) }
    reading.finish()
  }

  private func stream(_ job: inout some AccountableJob, patch: String?) throws {
    guard patch == nil else {
      throw CheckpointError(
        .wrongWords,
        "--keep-removed writes two files that belong together, and standard output is one stream",
        hint: "`-o FILE`")
    }
    try job.plan.checkStreamable()
    if dryRun { return }
    let progress = Progress("writing", total: job.plan.summary.bytes)
    try Standard.output { write throws(CheckpointError) in
      try job.plan.stream(onBytes: { progress.advance($0) }, write)
    }
    progress.finish()
    job.written = path
  }

  /// Hashes what the job has read.
  private func record(of job: some AccountableJob, to path: String) throws -> ProvenanceRecord {
    let progress = Progress("hashing")
    defer { progress.finish() }
    return try ProvenanceRecord(of: job, to: path, by: "resect", replacing: force) { progress.advance($0) }
  }
}
