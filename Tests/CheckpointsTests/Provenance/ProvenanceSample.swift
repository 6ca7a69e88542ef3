// SPDX-License-Identifier: Apache-2.0
import TestSupport

@testable import Checkpoints

/// A folder with a checkpoint, a tiny one of RDINO unless another is named, and what jobs make of it.
struct ProvenanceSample {
  let folder: TemporaryFolder

  init(of fixture: String = "rdino-tiny-torch1.13.pth", as name: String = "a.pth") throws {
    folder = try TemporaryFolder()
    try File.write(Fixtures.bytes("checkpoints/" + fixture), to: folder(name))
  }

  func callAsFunction(_ name: String) -> String { folder(name) }

  func strip(_ input: String, _ output: String) throws {
    try write(try Surgery(stripping: Checkpoint.open(folder(input))), output)
  }

  func edit(_ input: String, _ output: String, _ passes: [String]) throws {
    try write(
      try Surgery(editing: Checkpoint.open(folder(input)), Recipe(arguments: passes)), output)
  }

  func convert(
    _ input: String, _ output: String, _ format: WrittenFormat, _ options: FormatOptions = .init()
  ) throws {
    try write(try Convert(Checkpoint.open(folder(input)), to: format, options: options), output)
  }

  /// Writes a job's output and its statement.
  func write(_ job: some AccountableJob, _ output: String, replacing: Bool = false) throws {
    var job = job
    let record = try ProvenanceRecord(of: job, to: folder(output), by: "resect", replacing: replacing)
    try job.write(to: folder(output), replacing: replacing, patch: nil) { _ in }
    try record.finish()
  }

  /// The statement about an output.
  func statement(_ output: String) throws -> Statement {
    try Statement.open(folder(output + ".provenance.json")).statement
  }

  func bytes(_ name: String) throws -> [UInt8] { try File.bytes(at: folder(name)) }

  /// Writes a statement that somebody changed.
  func forge(_ output: String, _ change: (inout Statement) throws -> Void) throws {
    var statement = try statement(output)
    try change(&statement)
    try File.write(statement.bytes(), to: folder(output + ".provenance.json"))
  }

  func trace(_ output: String, among: [String] = [], chain: Bool = false) throws -> TraceReport {
    var trace = Trace(among: among.map { folder($0) }, followsChain: chain)
    return try trace.report(of: folder(output + ".provenance.json"))
  }

  /// Flips a bit.
  func damage(_ name: String, at byte: Int) throws {
    var bytes = try bytes(name)
    bytes[byte] ^= 1
    try File.write(bytes, to: folder(name))
  }
}
