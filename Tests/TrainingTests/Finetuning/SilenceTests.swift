// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// Recordings without sound, and states that were cut: what a run says of them.
@Suite struct SilenceTests {
  private static func isSilent(_ values: [Float], bins: Int) -> Bool {
    Silence.isSilent(FeatureMatrix(values: values, bins: bins))
  }

  @Test func `silent is what does not change in time`() {
    #expect(Self.isSilent([1, 2, 1, 2, 1, 2], bins: 2))
    #expect(!Self.isSilent([1, 2, 1, 2, 1, 3], bins: 2))
    #expect(!Self.isSilent([1, 2], bins: 2))
  }

  @Test func `a loss that breaks on silent recordings names them, and no lower rate`() throws {
    let tiny = try TinyBackbone()
    let manifest = try Manifest.read(tiny.data)
    let error = CheckpointError(.overflow, "the loss is no number any more", hint: "a lower --lr")
    let all = try #require(Silence.explain(error, manifest, [3, 1], "this batch") { _ in true })
    #expect(all.code == .overflow)
    #expect(all.location == .init(file: tiny.data, member: "line 5", key: tiny.folder("s0-3.npy")))
    #expect(
      all.reason
        == "the loss is no number any more: all 2 recordings of this batch are silent, this one first")
    #expect(all.hint == "leave recordings without sound out of the data")
    let one = try #require(Silence.explain(error, manifest, [3, 1], "this batch") { $0 == 1 })
    #expect(one.location.member == "line 3")
    #expect(one.reason == "the loss is no number any more: 1 of the 2 recordings of this batch is silent")
    #expect(one.hint == "leave recordings without sound out of the data; else a lower --lr")
    #expect(Silence.explain(error, manifest, [3, 1], "this batch") { _ in false } == nil)
  }

  @Test func `a run that breaks on silent recordings says so`() throws {
    let tiny = try TinyBackbone()
    var options = tiny.options(try tiny.write())
    for speaker in 0..<3 {
      for number in 0..<4 {
        let silence = [Float](repeating: 0, count: 40 * 80)
        try File.write(
          NPYArray(floats: silence, shape: [40, 80]).npy(), to: tiny.folder("s\(speaker)-\(number).npy"))
      }
    }
    options.learningRate = 1e38
    options.warmupEpochs = 0
    let error = #expect(throws: CheckpointError.self) { _ = try FinetuneJob(options).run(SilentObserver()) }
    #expect(error?.code == .overflow)
    #expect(error?.reason.contains("all 4 recordings of ") == true, "\(error?.reason ?? "")")
    #expect(error?.location.key?.hasSuffix(".npy") == true)
  }

  @Test func `a run that breaks on sound is told to lower its rate`() throws {
    let tiny = try TinyBackbone()
    var options = tiny.options(try tiny.write())
    options.learningRate = 1e38
    options.warmupEpochs = 0
    let error = #expect(throws: CheckpointError.self) { _ = try FinetuneJob(options).run(SilentObserver()) }
    #expect(error?.hint == "a lower --lr or a longer --warmup-epochs")
  }

  @Test func `a state that was cut names the checkpoint that would do, and the command that takes it`() throws
  {
    let tiny = try TinyBackbone()
    var options = tiny.options(try tiny.write())
    options.saveEvery = 1
    _ = try FinetuneJob(options).run(SilentObserver())
    let models = tiny.folder("exp/models")
    let (first, last) = ("\(models)/CKPT-EPOCH-1-00", "\(models)/CKPT-EPOCH-2-00")
    let whole = try File.bytes(at: "\(last)/resect_state.json")
    options.resumes = true
    let advice = "`mv \(last) \(models)/broken-CKPT-EPOCH-2-00`, and the run goes on from `\(first)`"
    for (cut, reason) in [(40, "the file is cut short"), (0, "the file is empty")] {
      try File.write(Array(whole[..<cut]), to: "\(last)/resect_state.json")
      let error = #expect(throws: CheckpointError.self) { try FinetuneJob(options) }
      #expect(error?.code == .corrupt)
      #expect(error?.location.file == "\(last)/resect_state.json")
      #expect(error?.reason == "this is no training state: \(reason)")
      #expect(error?.hint == advice)
    }
    try File.write(whole, to: "\(last)/resect_state.json")
    for name in ["optimizer.pt", "classifier.ckpt", "embedding_model.ckpt"] {
      let bytes = try File.bytes(at: "\(last)/\(name)")
      try File.write(Array(bytes[..<(bytes.count / 2)]), to: "\(last)/\(name)")
      let error = #expect(throws: CheckpointError.self) { try FinetuneJob(options) }
      #expect(error?.location.file == "\(last)/\(name)")
      #expect(error?.hint == advice, "\(name)")
      try File.write(bytes, to: "\(last)/\(name)")
    }
    #expect(try FinetuneJob(options).resumed?.folder == last)
  }

  @Test(arguments: [
    ("{\"schema\":1}", "`method` is missing"),
    ("{\"schema\":\"1\"}", "`schema` is not of the kind that belongs there"),
    ("[]", "it is no JSON object"), ("{\"schema\":1,}}", "it is broken JSON"),
    ("{\"schema\"", "the file is cut short"),
    (" \n", "the file is empty"),
  ])
  func `a state that is none says why in our words`(text: String, reason: String) {
    let error = #expect(throws: CheckpointError.self) { try TrainingState(json: Array(text.utf8)) }
    #expect(error?.reason == "this is no training state: \(reason)")
  }
}
