// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// What every command that writes takes: `-o`, `--dry-run`, `--force`, `--provenance`.
struct WriteOptions: ParsableArguments {
  @Option(
    name: [.customShort("o"), .customLong("output")], help: "The file to write.", completion: .file())
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

  /// Writes what was planned, or for a dry run checks only that it could be written.
  ///
  /// - Parameter patch: where the job's removal goes.
  func write(_ job: inout some AccountableJob, patch: String? = nil) throws {
    guard let path else { return }
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

  /// Hashes what the job has read.
  private func record(of job: some AccountableJob, to path: String) throws -> ProvenanceRecord {
    let progress = Progress("hashing")
    defer { progress.finish() }
    return try ProvenanceRecord(of: job, to: path, by: "resect", replacing: force) { progress.advance($0) }
  }
}
