// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// Elements in files beside the model, as the rest of the house sees them, and what a loader would bring in.
@Suite struct ONNXDataTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ tensors: [[UInt8]], data: [UInt8]) throws {
    try File.write(Proto.model(tensors.flatMap(Proto.initializer)), to: folder("a.onnx"))
    try File.write(data, to: folder("a.data"))
  }

  private static func tensor(_ name: String, _ offset: Int, location: String = "a.data") -> [UInt8] {
    Proto.tensor(
      name: name, Proto.external([("location", location), ("offset", "\(offset)"), ("length", "4")]))
  }

  @Test func `the data file is an input, and no output replaces it`() throws {
    try write([Self.tensor("w", 0)], data: [1, 2, 3, 4])
    let document = try Checkpoint.open(folder("a.onnx"))
    let plan = try OutputPlan(document, as: .torch)
    #expect(throws: CheckpointError(.wouldOverwrite, "")) {
      try plan.write(to: folder("a.data"), replacing: true)
    }
    #expect(try File.bytes(at: folder("a.data")) == [1, 2, 3, 4])
  }

  @Test func `bytes of no tensor and of several are told`() throws {
    try write(
      [Self.tensor("a", 0), Self.tensor("b", 2), Self.tensor("c", 8), Self.tensor("d", 8)],
      data: [UInt8](repeating: 7, count: 16))
    let report = try Verification().report(of: folder("a.onnx"))
    #expect(report.isSound)
    #expect(
      report.notes == [
        "6 bytes of a.data, in 2 runs, are no tensor's", "2 bytes of a.data belong to more than one tensor",
      ])
  }

  @Test func `a file that a model beside it names is numbers, another is not known`() throws {
    let noise: [UInt8] = [0xFE, 0x01, 0x90, 0x00, 0xB7, 3, 0xC0, 0x9A]
    try write([Self.tensor("w", 0), Self.tensor("v", 4)], data: noise)
    try File.write(noise, to: folder("other"))
    let scan = FileScan.report(of: [folder.path]).files
    #expect(scan.map(\.forms) == [["onnx-data"], ["onnx"], []])
    #expect(scan.map(\.verdict) == [.numbers, .numbers, .notExamined])
    let verified = Verification().reports(of: [folder.path]).files
    #expect(verified.map(\.format) == ["onnx-data", "onnx", "unknown"])
    #expect(verified[0].members == 2)
    #expect(FileScan.report(of: [folder("a.onnx")]).files.map(\.forms) == [["onnx"], ["onnx-data"]])
  }

  @Test func `a pickle that a model calls its numbers is a pickle all the same`() throws {
    try write([Self.tensor("w", 0)], data: Array("cos\nsystem\n.".utf8))
    let files = FileScan.report(of: [folder("a.onnx")]).files
    #expect(files.map(\.verdict) == [.numbers, .dangerous])
  }

  @Test func `a path out of the folder is dangerous, what is missing is not examined`() throws {
    try write([Self.tensor("w", 0, location: "../../etc/shadow")], data: [])
    let outside = try #require(FileScan.report(of: [folder("a.onnx")]).files.first)
    #expect(outside.verdict == .dangerous && outside.findings.map(\.kind) == [.outside])
    try write([Self.tensor("w", 0, location: "gone")], data: [])
    let gone = try #require(FileScan.report(of: [folder("a.onnx")]).files.first)
    #expect(gone.verdict == .notExamined && gone.findings.isEmpty)
  }

  @Test
  func `an operator of a library that the loader brings is a finding`()
    throws
  {
    let report = FileScan.report(of: [try Fixtures.path("onnx/foreign.onnx")]).files[0]
    #expect(report.verdict == .opaque)
    #expect(report.findings.map(\.kind) == [.library])
    #expect(report.findings[0].message.contains("`tokens` is of `ai.onnx.contrib::BertTokenizer`"))
  }

  @Test func `a model in an archive has no folder to read from`() throws {
    try write([Self.tensor("w", 0)], data: [1, 2, 3, 4])
    let model = try File.bytes(at: folder("a.onnx"))
    try File.write([0] + model, to: folder("whole"))
    let file = try InputFile(path: folder("whole"))
    #expect(throws: CheckpointError(.unsupported, "")) {
      try ONNXFile.read(InputFile(1..<file.size, of: file))
    }
  }
}
