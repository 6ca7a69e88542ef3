// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// A model is read back and run before it has its name.
@Suite struct ExportCheckTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The teacher's or the student's backbone: one network with two sets of weights.
  private func backbone(_ branch: Text) throws -> String {
    let path = folder("\(branch).pth")
    var document = try Checkpoint.open(Fixtures.path("checkpoints/rdino-tiny-torch1.13.pth"))
    try document.apply(document.stripPlan(branch: branch).recipe.passes)
    try OutputPlan(document).write(to: path)
    return path
  }

  private func job(_ branch: Text, half: Bool = false) throws -> ExportJob {
    var options = ExportJob.Options()
    options.client = .plain
    options.isHalf = half
    return try ExportJob(backbone(branch), version: "0", options)
  }

  @Test(arguments: [false, true]) func `a graph that gives the network's embeddings is kept`(half: Bool)
    throws
  {
    let job = try job("teacher", half: half)
    let check = try job.plan().write(to: folder("m.onnx"), replacing: false, judge: job.check)
    #expect(check.lengths.map(\.frames) == [5, 101, 201])
    #expect(check.largest < (half ? 5e-3 : 1e-5))
    #expect(FileSystem.kind(of: folder("m.onnx")) == .file)
  }

  @Test func `another's weights are found out, and no file is left`() throws {
    let (teacher, student) = (try job("teacher"), try job("student"))
    let path = folder("m.onnx")
    #expect(throws: CheckpointError(.misfit, "")) {
      try student.plan().write(to: path, replacing: false, judge: teacher.check)
    }
    #expect(FileSystem.kind(of: path) == .absent)
    #expect(try FileSystem.names(in: folder("")).sorted() == ["student.pth", "teacher.pth"])
  }

  @Test func `what stands there stays where the check fails`() throws {
    let (teacher, student) = (try job("teacher"), try job("student"))
    let path = folder("m.onnx")
    try File.write([1, 2, 3], to: path)
    #expect(throws: CheckpointError(.misfit, "")) {
      try student.plan().write(to: path, replacing: true, judge: teacher.check)
    }
    #expect(try File.bytes(at: path) == [1, 2, 3])
  }
}
