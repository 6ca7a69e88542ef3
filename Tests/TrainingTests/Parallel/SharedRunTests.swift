// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// Fine-tuning runs of several lanes, against those of one.
@Suite struct SharedRunTests {
  private func run(_ count: Int, _ options: FinetuneOptions) throws -> [FinetuneReport] {
    guard count > 1 else { return [try FinetuneJob(options).run(SilentObserver())] }
    return try Lane.run(count) { lane throws(CheckpointError) in
      let job = try FinetuneJob(options, processes: lane)
      try job.checkSameRun()
      return try job.run(SilentObserver())
    }
  }

  private func values(_ folder: String) throws -> [[Float]] {
    let backbone = try BackboneFile(folder).network(front: .mel).registry.stateDict
    let head = try ClassifierFile(FilePath.join(folder, ThreeDSpeaker.file(ThreeDSpeaker.classifier).shown))
      .classifier(FastKernels.self).registry.stateDict
    return (backbone + head).map { entry in
      switch entry.value {
      case .floats(let values): values
      case .counter(let value): [Float(value)]
      }
    }
  }

  private func difference(_ a: [[Float]], _ b: [[Float]]) -> Float {
    guard a.map(\.count) == b.map(\.count) else { return .infinity }
    return zip(a.joined(), b.joined()).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  /// SGD's momenta, which no learning rate makes small.
  private func momenta(_ folder: String) throws -> [Float] {
    let state = try OptimizerState(Checkpoint.open(FilePath.join(folder, "optimizer.pt")))
    return state.entries.sorted { $0.key < $1.key }.flatMap {
      $0.value.tensors["momentum_buffer"]?.values ?? []
    }
  }

  /// |a - b| / |a|.
  private func apart(_ a: [Float], _ b: [Float]) -> Float {
    guard a.count == b.count, !a.isEmpty else { return .infinity }
    let (square, all) = zip(a, b).reduce((Float(0), Float(0))) {
      ($0.0 + ($1.0 - $1.1) * ($1.0 - $1.1), $0.1 + $1.0 * $1.0)
    }
    return (square / all).squareRoot()
  }

  private func bytes(_ folder: String) throws -> [[UInt8]] {
    let classifier = ThreeDSpeaker.file(ThreeDSpeaker.classifier).shown
    return try [CheckpointFolder.backboneName, classifier, "optimizer.pt"].map {
      try File.bytes(at: FilePath.join(folder, $0))
    }
  }

  @Test(arguments: [2, 4]) func `several processes write the checkpoints that one would`(_ count: Int) throws
  {
    let tiny = try TinyBackbone()
    let path = try tiny.write()
    func options(_ name: String) -> FinetuneOptions {
      var options = tiny.options(path, name)
      (options.saveEvery, options.heldOut) = (1, tiny.data)
      // No margin: its jump makes much of a little rounding.
      (options.classifier, options.learningRate) = (.linear, 1e-3)
      return options
    }
    let one = try run(1, options("one"))[0]
    let all = try run(count, options("all"))
    #expect(all[0].checkpoints.map(FilePath.name(of:)) == one.checkpoints.map(FilePath.name(of:)))
    #expect(all.dropFirst().allSatisfy { $0.checkpoints.isEmpty })
    for (a, b) in zip(one.checkpoints, all[0].checkpoints) {
      #expect(try FileSystem.names(in: a) == FileSystem.names(in: b))
      #expect(difference(try values(a), try values(b)) < 1e-4)
      #expect(try apart(momenta(a), momenta(b)) < 1e-3)
      #expect(try File.bytes(at: a + "/resect_state.json") == File.bytes(at: b + "/resect_state.json"))
    }
    for report in all {
      for (a, b) in zip(one.epochs, report.epochs) {
        #expect(abs(a.loss - b.loss) < 1e-4)
        #expect(a.accuracy == b.accuracy)
        #expect(a.heldOutAccuracy == b.heldOutAccuracy)
        #expect(report.heldOutBefore == one.heldOutBefore)
      }
    }
  }

  @Test func `a run goes on with another number of processes, and bit for bit with the same`() throws {
    let tiny = try TinyBackbone()
    let path = try tiny.write()
    func options(_ name: String, steps: Int? = nil, resumes: Bool = false) -> FinetuneOptions {
      var options = tiny.options(path, name)
      // No margin: its jump makes much of a little rounding.
      (options.classifier, options.learningRate) = (.linear, 1e-3)
      (options.steps, options.resumes) = (steps, resumes)
      return options
    }
    let whole = try run(2, options("whole"))[0].checkpoints[0]
    for (name, count) in [("same", 2), ("fewer", 1), ("more", 4)] {
      _ = try run(2, options(name, steps: 3))
      let report = try run(count, options(name, resumes: true))[0]
      #expect(report.resumedAt == 3)
      let last = try #require(report.checkpoints.last)
      if count == 2 { #expect(try bytes(last) == bytes(whole)) }
      #expect(difference(try values(last), try values(whole)) < 1e-4)
    }
  }

  @Test func `embeddings of a still backbone are made in parts, and are the same bits`() throws {
    let tiny = try TinyBackbone()
    let path = try tiny.write()
    var options = tiny.options(path, "one")
    (options.freeze, options.takesWhole, options.cropFrames, options.batchSize) = (["all"], true, nil, 6)
    let one = try run(1, options)[0]
    options.output = tiny.folder("three")
    let three = try run(3, options)[0]
    #expect(difference(try values(one.checkpoints[0]), try values(three.checkpoints[0])) < 1e-5)
    #expect(abs(one.epochs[1].loss - three.epochs[1].loss) < 1e-5)
  }

  @Test func `processes that were told different things do not begin`() throws {
    let tiny = try TinyBackbone()
    let path = try tiny.write()
    #expect(throws: CheckpointError(.contradiction, "")) {
      _ = try Lane.run(3) { lane throws(CheckpointError) in
        var options = tiny.options(path)
        (options.batchSize, options.seed) = (6, lane.rank == 2 ? 1 : 0)
        try FinetuneJob(options, processes: lane).checkSameRun()
      }
    }
    var options = tiny.options(path)
    options.batchSize = 5
    #expect(throws: CheckpointError(.wrongWords, "")) { try run(2, options) }
  }
}
