// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

@Suite struct EmbeddingModelTests {
  private let tiny: TinyBackbone

  init() throws { tiny = try TinyBackbone() }

  private func digest(_ path: String) throws -> [UInt8] { SHA256.of(try File.bytes(at: path)) }

  @Test func `a model is told by its file's bytes, whatever its name`() throws {
    let path = try tiny.write()
    let model = try EmbeddingModel(path, asked: nil)
    #expect(try model.sha256() == Text(digest(path).hexadecimal))
    #expect(model.rule == DecisionRule())
    #expect(model.thresholdMisfit == nil)
    // Of a checkpoint's folder it is the weights that are read.
    try FileSystem.makeFolders(tiny.folder("CKPT-EPOCH-1-00"))
    try File.write(File.bytes(at: path), to: tiny.folder("CKPT-EPOCH-1-00/embedding_model.ckpt"))
    #expect(
      try EmbeddingModel(tiny.folder("CKPT-EPOCH-1-00"), asked: nil).sha256() == model.sha256())
    try File.write(File.bytes(at: path) + [0], to: path)
    #expect(throws: CheckpointError(.inputChanged, "")) { try model.sha256() }
  }

  @Test func `a model whose weights lie in several files is told by all of them`() throws {
    let path = try tiny.write()
    var options = OutputPlan.Options()
    options.shardSize = 4_000
    try OutputPlan(Checkpoint.open(path), as: .safetensors, options: options).write(to: tiny.folder("s"))
    let index = tiny.folder("s/model.safetensors.index.json")
    let before = try EmbeddingModel(index, asked: .mel).sha256()
    #expect(try before != Text(digest(index).hexadecimal))
    let shards = try FileSystem.names(in: tiny.folder("s")).filter { $0.hasSuffix(".safetensors") }
    try #require(shards.count > 1)
    let all = try digest(index) + shards.sorted().flatMap { try digest(tiny.folder("s/\($0)")) }
    #expect(before == Text(SHA256.of(all).hexadecimal))
  }

  @Test func `an exported threshold counts for the features that it was measured with alone`() throws {
    var calibration = try #require(
      try CalibrationTests.made(tiny.folder, goal: .rate(try WantedRate(.far, 0.05))).calibration
    ).calibration
    calibration.frontEnd = "fbank"
    var options = ExportJob.Options()
    (options.client, options.calibration) = (.plain, calibration)
    let job = try ExportJob(tiny.write(.fbank), version: "0", options)
    try job.plan().write(to: tiny.folder("m.onnx"))
    let model = try EmbeddingModel(tiny.folder("m.onnx"), asked: nil)
    #expect(model.front == .fbank)
    #expect(model.rule == DecisionRule(calibration[.cosine]?.point.threshold, .model))
    #expect(model.thresholdMisfit == nil)
    let other = try EmbeddingModel(tiny.folder("m.onnx"), asked: .fbankSherpa)
    #expect(other.rule == DecisionRule())
    #expect(
      other.thresholdMisfit
        == "of the model's own, the calibration was measured with `fbank`, and the model is fed `fbank-sherpa`"
    )
    // Both run the same graph.
    #expect(try model.sha256() == other.sha256())
  }
}
