// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import OrderedCollections
import TestSupport
import Testing
import Training

/// Runs with a classifier that has blocks.
@Suite struct ClassifierBlocksJobTests {
  private let tiny: TinyBackbone
  private let backbone: String

  init() throws {
    tiny = try TinyBackbone()
    backbone = try tiny.write()
  }

  private func options(_ name: String = "exp", _ kind: ClassifierKind = .linear) -> FinetuneOptions {
    var options = tiny.options(backbone, name)
    (options.classifier, options.classifierBlocks, options.classifierWidth) = (kind, 2, 5)
    return options
  }

  private func run(_ options: FinetuneOptions) throws -> String {
    try #require(try FinetuneJob(options).run(SilentObserver()).checkpoints.last)
  }

  private func classifier(_ folder: String) throws -> [StateEntry] {
    try ClassifierFile(folder + "/classifier.ckpt").classifier(FastKernels.self).registry.stateDict
  }

  @Test(arguments: ClassifierKind.allCases)
  func `the folder's classifier is upstream's, judged without a trace`(_ kind: ClassifierKind) throws {
    var judged = options("judged", kind)
    judged.heldOut = tiny.data
    let folder = try run(judged)
    let document = try Checkpoint.open(folder + "/classifier.ckpt")
    guard case .stateDict(let state) = document[document.root] else { throw CheckpointError(.corrupt, "") }
    let blocks = ClassifierBlocks(count: 2, width: 5)
    let fresh = try Classifier<FastKernels>(
      kind, embedding: 6, classes: 3, blocks: blocks, source: FreshParameters(seed: 0))
    #expect(Array(state.entries.keys) == fresh.registry.slots.map { Text($0.key) })
    #expect(state.metadata.map { $0.keys.map(\.shown) } == blocks.modules(kind))
    let file = try ClassifierFile(folder + "/classifier.ckpt")
    #expect((file.kind, file.embedding, file.classes) == (kind, 6, 3))
    #expect(file.blocks == blocks)
    // Everything learned, and each of the six steps was counted once.
    for (entry, old) in zip(try classifier(folder), fresh.registry.stateDict) {
      if case .counter(let value) = entry.value { #expect(value == 6) } else { #expect(entry != old) }
    }
    // Judging uses the running statistics and leaves them alone.
    #expect(try TinyBackbone.bytes(of: folder) == TinyBackbone.bytes(of: run(options("silent", kind))))
  }

  @Test func `a run that stops goes on bit for bit, on any number of threads`() throws {
    var whole = options("whole")
    whole.threads = 2
    var part = options("part")
    part.steps = 4
    _ = try run(part)
    (part.steps, part.resumes) = (nil, true)
    #expect(try TinyBackbone.bytes(of: run(part)) == TinyBackbone.bytes(of: run(whole)))
  }

  @Test func `a run does not go on with other blocks`() throws {
    var options = options()
    options.steps = 4
    _ = try run(options)
    (options.steps, options.resumes, options.classifierBlocks) = (nil, true, 1)
    let error = #expect(throws: CheckpointError(.contradiction, "")) { try FinetuneJob(options) }
    #expect(error?.reason.contains("--classifier-blocks was 2, now 1") == true)
    options.classifierBlocks = nil
    #expect(throws: CheckpointError(.contradiction, "")) { try FinetuneJob(options) }
  }

  @Test func `another stage takes the folder's blocks, and no others`() throws {
    let first = try run(options())
    var next = tiny.options(first, "next")
    (next.classifier, next.startsWithClassifier) = (.linear, true)
    #expect(try FinetuneJob(next).model.classifier.blocks == ClassifierBlocks(count: 2, width: 5))
    #expect(try FinetuneJob(next).model.classifier.registry.stateDict == classifier(first))
    #expect(try FinetuneJob(next).plan.classifierBlocks == 2)
    next.classifierWidth = 5
    #expect(throws: Never.self) { try FinetuneJob(next) }
    for (count, width) in [(0, nil), (3, nil), (2, 6)] {
      (next.classifierBlocks, next.classifierWidth) = (count, width)
      #expect(throws: CheckpointError(.contradiction, "")) { try FinetuneJob(next) }
    }
  }

  @Test func `patterns of the classifier freeze its blocks, statistics and all`() throws {
    var frozen = options()
    frozen.freeze = ["classifier.blocks.0.**", "blocks.0.**"]
    let before = try FinetuneJob(frozen).model.classifier.registry.stateDict
    let folder = try run(frozen)
    for (old, new) in zip(before, try classifier(folder)) {
      #expect((old == new) == old.key.hasPrefix("blocks.0."), "\(old.key)")
    }
    frozen = options("thawed")
    (frozen.freeze, frozen.unfreezeAfter) = (["classifier.blocks.0.**"], 1)
    for (old, new) in zip(before, try classifier(run(frozen))) {
      if case .counter(let count) = new.value {
        #expect(count == (new.key.hasPrefix("blocks.0.") ? 3 : 6))
      } else {
        #expect(old != new, "\(old.key)")
      }
    }
  }

  @Test func `patterns of the backbone are not of the classifier`() throws {
    var options = options()
    options.freeze = ["**"]
    let job = try FinetuneJob(options)
    #expect(job.model.isBackboneStill)
    #expect(job.model.classifier.registry.parameters.allSatisfy { !$0.isFrozen })
    options.freeze = ["**", "classifier.**"]
    #expect(throws: CheckpointError(.wrongWords, "")) { try FinetuneJob(options) }
    options.freeze = ["classifier.blocks.2.**"]
    #expect(throws: CheckpointError(.nothingMatched, "")) { try FinetuneJob(options) }
  }

  @Test func `frozen statistics stay while weights learn`() throws {
    var options = options("exp", .cosine)
    options.normStatistics = .frozen
    let before = try FinetuneJob(options).model.classifier.registry.stateDict
    for (old, new) in zip(before, try classifier(run(options))) {
      #expect((old == new) == !old.isParameter, "\(old.key)")
    }
  }

  @Test func `blocks learn from the embeddings of a still backbone`() throws {
    var options = options()
    (options.freeze, options.takesWhole, options.cropFrames) = (["all"], true, nil)
    let before = try FinetuneJob(options).model.classifier.registry.stateDict
    for (old, new) in zip(before, try classifier(run(options))) { #expect(old != new, "\(old.key)") }
  }

  @Test func `a batch of one utterance is refused where blocks normalise over it`() throws {
    var options = options()
    options.batchSize = 1
    #expect(throws: CheckpointError(.wrongWords, "")) { try FinetuneJob(options) }
    options.normStatistics = .frozen
    #expect(throws: Never.self) { try FinetuneJob(options) }
    (options.normStatistics, options.classifierBlocks) = (.auto, 0)
    #expect(throws: Never.self) { try FinetuneJob(options) }
    options.classifierBlocks = 2
    (options.freeze, options.unfreezeAfter, options.epochs) = (["classifier.blocks.**"], 1, 2)
    // Thawed after an epoch: said before the first step, unless the run ends before that.
    #expect(throws: CheckpointError(.wrongWords, "")) { try FinetuneJob(options) }
    options.steps = 1
    let job = try FinetuneJob(options)
    #expect(job.model.classifier.registry.norms.allSatisfy { $0.keepsStatistics })
    #expect(throws: Never.self) { try job.run(SilentObserver()) }
  }

  @Test func `rates of their own for the blocks`() throws {
    var options = options()
    options.rateFactors = [.init(pattern: "classifier.blocks.**", factor: 2)]
    let job = try FinetuneJob(options)
    let groups = job.method.optimizer.groups
    #expect(
      groups.map { $0.parameters.map(\.key) }.last
        == job.model.classifier.registry.parameters.map(\.key)
        .filter { $0.hasPrefix("blocks.") })
    options.rateFactors = [.init(pattern: "classifier.weight", factor: 2)]
    #expect(throws: CheckpointError(.nothingMatched, "")) { try FinetuneJob(options) }
  }

  @Test(arguments: [
    ("num_blocks: 2, inter_dim: 64", ClassifierBlocks(count: 2, width: 64)),
    ("num_blocks: 1", ClassifierBlocks(count: 1, width: 512)), ("inter_dim: 64", ClassifierBlocks.none),
    ("num_blocks: 0, inter_dim: 512", .none),
  ]) func `the keys of 3D-Speaker's configuration`(_ words: String, _ blocks: ClassifierBlocks) throws {
    let text =
      "classifier:\n  obj: speakerlab.models.campplus.classifier.LinearClassifier\n  args: {\(words)}\n"
    var options = FinetuneOptions(backbone: "b", data: "d", output: "o")
    try options.take(TrainingRecipe(YAMLValue(TextFile(Array(text.utf8)))))
    #expect(options.classifier == .linear)
    #expect(options.newBlocks == blocks)
  }
}
