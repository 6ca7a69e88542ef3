// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import OrderedCollections
import TestSupport
import Testing
import Training

/// A self-supervised backbone that is fed filter banks becomes the supervised form.
@Suite struct TurnedRunTests {
  private static func options(_ tiny: TinyBackbone, _ front: FrontEnd?, _ name: String) throws
    -> FinetuneOptions
  {
    var options = tiny.options(try tiny.write(.mel), name)
    (options.frontEnd, options.saveEvery) = (front, 1)
    return options
  }

  private static func last(_ options: FinetuneOptions) throws -> String {
    try #require(try FinetuneJob(options).run(SilentObserver()).checkpoints.last)
  }

  @Test(arguments: [FrontEnd.fbank, .fbankSherpa])
  func `what is written is the supervised form, and a resumed run equals the uninterrupted one`(
    _ front: FrontEnd
  ) throws {
    let tiny = try TinyBackbone()
    var options = try Self.options(tiny, front, "exp")
    let job = try FinetuneJob(options)
    #expect(job.summary.frontEnd == .fbank)
    #expect(job.notes.contains { $0.contains("it becomes the supervised form") })
    let whole = try Self.last(options)

    let file = try BackboneFile(whole)
    #expect(file.backbone.frontEnd == .fbank)
    #expect(file.state.metadata.map { Array($0.keys) } == ["", "blocks", "blocks.0"])
    let choice = try FrontEndChoice(asked: nil, in: file)
    #expect((choice.front, choice.note) == (front, nil))
    #expect(throws: CheckpointError(.contradiction, "")) { try FrontEndChoice(asked: .mel, in: file) }

    options = try Self.options(tiny, front, "resumed")
    options.steps = 2
    _ = try Self.last(options)
    (options.steps, options.resumes) = (nil, true)
    #expect(try TinyBackbone.bytes(of: Self.last(options)) == TinyBackbone.bytes(of: whole))
    // The form that the network had on the way.
    options.frontEnd = .mel
    #expect(throws: CheckpointError(.contradiction, "")) { try FinetuneJob(options) }
  }

  @Test func `the network differs from the one that takes the mels themselves`() throws {
    let tiny = try TinyBackbone()
    let (mel, fbank) = (try Self.options(tiny, nil, "mel"), try Self.options(tiny, .fbank, "fbank"))
    let files = try [mel, fbank].map { try BackboneFile(Self.last($0)) }
    #expect(files.map(\.backbone.frontEnd) == [.mel, .fbank])
    #expect(files[0].keys == files[1].keys)
    #expect(try File.bytes(at: files[0].path) != File.bytes(at: files[1].path))
  }

  @Test func `which filter banks a run fed is known to what goes on from it, and to what embeds`() throws {
    let tiny = try TinyBackbone()
    var options = try Self.options(tiny, .fbankSherpa, "exp")
    let path = try Self.last(options)
    let file = try BackboneFile(path)
    #expect(try FrontEndChoice(asked: nil, in: file).front == .fbankSherpa)
    let other = try FrontEndChoice(asked: .fbank, in: file)
    #expect(other.note == "the run that wrote the backbone fed `fbank-sherpa`; it is fed `fbank` now")

    options.resumes = true
    for asked in [nil, FrontEnd.fbankSherpa] {
      options.frontEnd = asked
      #expect(try FinetuneJob(options).front == .fbankSherpa)
    }
    options.frontEnd = .fbank
    let error = try #require(throws: CheckpointError.self) { try FinetuneJob(options) }
    #expect(error.code == .contradiction)
    #expect(error.reason == "the run feeds `fbank-sherpa`, and would go on with `fbank`")

    var next = FinetuneOptions(backbone: path, data: tiny.data, output: tiny.folder("next"))
    (next.batchSize, next.cropFrames) = (4, 16)
    #expect(try FinetuneJob(next).front == .fbankSherpa)
  }

  @Test func `power mels are no input for a supervised backbone, and what embeds turns none`() throws {
    let tiny = try TinyBackbone()
    var options = tiny.options(try tiny.write(.fbank))
    options.frontEnd = .mel
    #expect(throws: CheckpointError(.contradiction, "")) { try FinetuneJob(options) }
    let selfSupervised = try tiny.write(.mel)
    #expect(throws: CheckpointError(.contradiction, "")) {
      try EmbeddingJob(model: selfSupervised, asked: .fbank, inputs: [tiny.data], names: .stem)
    }
  }
}
