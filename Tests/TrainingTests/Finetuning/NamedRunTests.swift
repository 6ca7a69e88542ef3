// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import OrderedCollections
import TestSupport
import Testing
import Training

/// Whole runs whose network is said, not read.
@Suite struct NamedRunTests {
  private func run(_ options: FinetuneOptions) throws -> FinetuneReport {
    try FinetuneJob(options).run(SilentObserver())
  }

  /// The configuration's word for `TinyBackbone.configuration`.
  private func recipe(_ embedding: Int = 6) throws -> Result<NamedNetwork, CheckpointError> {
    var sizes = TinyBackbone.configuration
    sizes.embedding = embedding
    return .success(NamedNetwork(name: "embedding_model", configuration: .ecapaTDNN(sizes), frontEnd: .fbank))
  }

  private func modules(_ path: String) throws -> [Text] {
    let document = try Checkpoint.open(path)
    guard case .stateDict(let state) = document[document.root] else { return [] }
    return state.metadata.map { Array($0.keys) } ?? []
  }

  @Test("the configuration's network counts where the file lacks layers, and the file's front end stays")
  func recipeFillsIn() throws {
    let tiny = try TinyBackbone()
    var options = tiny.options(try tiny.write { $0.removeAll { $0.key.hasPrefix("blocks.1.") } })
    options.recipeNetwork = try recipe()
    #expect(throws: CheckpointError(.misfit, "")) { try FinetuneJob(options) }
    options.rules = .init(fresh: ["blocks.1.**"])
    let job = try FinetuneJob(options)
    #expect(job.front == .mel)
    #expect(job.plan.network == "embedding_model")
    let report = try job.run(SilentObserver())
    // The written file is whole again, its `_metadata` too.
    let written = try BackboneFile(report.checkpoints[0])
    #expect(written.configuration == .ecapaTDNN(TinyBackbone.configuration))
    let named = try modules(written.path)
    #expect(named.starts(with: ["", "instancenorm", "blocks", "blocks.0"]))
    #expect(named.contains("blocks.1.tdnn1.conv.conv"))
  }

  @Test("a file that tells all is not asked what the configuration says")
  func recipeIsSilent() throws {
    let tiny = try TinyBackbone()
    var options = tiny.options(try tiny.write())
    options.recipeNetwork = .failure(CheckpointError(.unsupported, "a class that is not known"))
    #expect(try FinetuneJob(options).plan.network == nil)
    options.backbone = try tiny.write { $0.removeAll { $0.key.hasPrefix("mfa.") } }
    #expect(throws: CheckpointError(.unsupported, "")) { try FinetuneJob(options) }
  }

  @Test("a named network needs no file, and a resumed run keeps it, bit for bit")
  func withoutFile() throws {
    let tiny = try TinyBackbone()
    func options(_ experiment: String) throws -> FinetuneOptions {
      var options = tiny.options("", experiment)
      (options.backbone, options.initial) = (nil, .random)
      options.recipeNetwork = try recipe()
      return options
    }
    let whole = try #require(try run(options("whole")).checkpoints.last)
    var part = try options("part")
    part.steps = 3
    _ = try run(part)
    (part.steps, part.resumes) = (nil, true)
    let resumed = try FinetuneJob(part)
    #expect(resumed.start.configuration == .ecapaTDNN(TinyBackbone.configuration))
    let last = try #require(try resumed.run(SilentObserver()).checkpoints.last)
    #expect(try TinyBackbone.bytes(of: last) == TinyBackbone.bytes(of: whole))
    // The front end that the configuration's class has is written down.
    #expect(try FrontEndChoice(asked: nil, in: BackboneFile(last)).front == .fbank)
  }

  @Test("a run that goes on under another name, or another size, is refused by name")
  func resumeUnderAnotherName() throws {
    let tiny = try TinyBackbone()
    var options = tiny.options(try tiny.write())
    options.steps = 1
    _ = try run(options)
    options.resumes = true
    options.network = "ecapa-192"
    let error = try #require(throws: CheckpointError.self) { try FinetuneJob(options) }
    #expect(error.code == .contradiction)
    #expect(error.reason.contains("--network was nothing, now 3dspeaker/ecapa-192"))
    (options.network, options.embedding) = (nil, 8)
    #expect(throws: CheckpointError(.contradiction, "")) { try FinetuneJob(options) }
    options.embedding = 6
    _ = try FinetuneJob(options)
  }

  @Test("a name with a prefix and without is the same name to a run that goes on")
  func prefix() throws {
    let tiny = try TinyBackbone()
    var options = tiny.options("")
    (options.backbone, options.initial, options.network) = (nil, .random, "xvector-4")
    options.steps = 1
    _ = try run(options)
    (options.resumes, options.network) = (true, "3dspeaker/xvector-4")
    _ = try FinetuneJob(options)
    options.network = "3dspeaker/xvector-5"
    #expect(throws: CheckpointError(.contradiction, "")) { try FinetuneJob(options) }
  }

  @Test("a name alone does not tell an ECAPA-TDNN's features")
  func features() throws {
    let tiny = try TinyBackbone()
    var options = tiny.options("")
    (options.backbone, options.initial, options.network) = (nil, .random, "ecapa-c512-192")
    #expect(throws: CheckpointError(.ambiguous, "")) { try FinetuneJob(options) }
    (options.network, options.frontEnd) = ("campplus-192", .mel)
    #expect(throws: CheckpointError(.contradiction, "")) { try FinetuneJob(options) }
  }

  @Test("words that do not go together")
  func words() throws {
    let tiny = try TinyBackbone()
    let path = try tiny.write()
    func code(_ change: (inout FinetuneOptions) -> Void) throws -> CheckpointError.Code {
      var options = tiny.options(path)
      change(&options)
      return try #require(throws: CheckpointError.self) { try FinetuneJob(options) }.code
    }
    #expect(try code { $0.backbone = nil } == .wrongWords)
    #expect(try code { ($0.backbone, $0.initial) = (nil, .random) } == .wrongWords)
    #expect(try code { $0.network = "ecapa" } == .wrongWords)
    #expect(try code { $0.network = "classifier-cosine-192x10" } == .wrongWords)
    #expect(try code { ($0.network, $0.embedding) = ("ecapa-192", 512) } == .contradiction)
    #expect(try code { ($0.network, $0.startsWithClassifier) = ("ecapa-192", true) } == .wrongWords)
    // The file's widths are not the name's.
    #expect(try code { $0.network = "ecapa-192" } == .misfit)
    #expect(try code { $0.network = "campplus-192" } == .misfit)
  }
}
