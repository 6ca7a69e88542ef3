// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import OrderedCollections
import TestSupport
import Testing
import Training

@Suite struct FinetuneJobTests {
  private func run(_ options: FinetuneOptions) throws -> FinetuneReport {
    try FinetuneJob(options).run(SilentObserver())
  }

  private func state(_ path: String) throws -> (StateDict, Document) {
    let document = try Checkpoint.open(path)
    guard case .stateDict(let state) = document[document.root] else {
      throw CheckpointError(.corrupt, "no state dict")
    }
    return (state, document)
  }

  @Test func `the folders are 3D-Speaker's, and the backbone keeps its keys and _metadata`() throws {
    let tiny = try TinyBackbone()
    let path = try tiny.write()
    var options = tiny.options(path)
    options.saveEvery = 1
    options.heldOut = tiny.data
    let report = try run(options)
    let last = tiny.folder("exp/models/CKPT-EPOCH-2-00")
    #expect(report.checkpoints == [tiny.folder("exp/models/CKPT-EPOCH-1-00"), last])
    #expect(
      try FileSystem.names(in: last) == [
        "CKPT.yaml", "classifier.ckpt", "embedding_model.ckpt", "epoch_counter.ckpt", "label_map.json",
        "optimizer.pt", "resect_state.json",
      ])
    #expect(try File.bytes(at: last + "/epoch_counter.ckpt") == Array("2".utf8))
    let yaml = String(decoding: try File.bytes(at: last + "/CKPT.yaml"), as: UTF8.self)
    #expect(yaml.hasPrefix("epoch: 2\nunixtime: 1"))
    #expect(try LabelMap(json: File.bytes(at: tiny.folder("exp/label_map.json"))).count == 3)

    let (before, _) = try state(path)
    let (after, _) = try state(last + "/embedding_model.ckpt")
    #expect(Array(after.entries.keys) == Array(before.entries.keys))
    #expect(after.metadata.map { Array($0.keys) } == before.metadata.map { Array($0.keys) })
    let (classifier, document) = try state(last + "/classifier.ckpt")
    #expect(Array(classifier.entries.keys) == ["weight"])
    guard case .tensor(let weight) = document[try #require(classifier.entries["weight"])] else {
      throw CheckpointError(.corrupt, "no tensor")
    }
    #expect(weight.shape == [3, 6])
    #expect(try CheckpointFolder.model(tiny.folder("exp")) == last + "/embedding_model.ckpt")
    #expect(report.epochs.allSatisfy { $0.heldOutAccuracy != nil })
  }

  @Test func `counters stay int64 and count the steps`() throws {
    let tiny = try TinyBackbone()
    let report = try run(tiny.options(tiny.write()))
    let (state, document) = try state(report.checkpoints[0] + "/embedding_model.ckpt")
    let node = try #require(state.entries["blocks.0.norm.norm.num_batches_tracked"])
    guard case .tensor(let tensor) = document[node] else { throw CheckpointError(.corrupt, "no tensor") }
    #expect(tensor.dtype == .int64)
    #expect(try TensorReader(document, tensor).bytes() == [6, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test func `the same seed gives the same bytes with one thread and with two, another seed does not`() throws
  {
    let tiny = try TinyBackbone()
    let path = try tiny.write()
    var files: [[UInt8]] = []
    for (name, threads, seed) in [("a", 1, 0), ("b", 1, 0), ("c", 2, 0), ("d", 1, 1)] {
      var options = tiny.options(path, name)
      (options.threads, options.seed) = (threads, UInt64(seed))
      let folder = try run(options).checkpoints[0]
      files.append(
        try File.bytes(at: folder + "/embedding_model.ckpt") + File.bytes(at: folder + "/classifier.ckpt"))
    }
    #expect(files[0] == files[1])
    #expect(files[0] == files[2])
    #expect(files[0] != files[3])
  }

  @Test func `frozen parameters and their norms' statistics stay, the others move`() throws {
    let tiny = try TinyBackbone()
    let path = try tiny.write()
    let before = try BackboneFile(path).network(front: .mel).registry.stateDict
    func after(_ name: String, _ freeze: [String]) throws -> [StateEntry] {
      var options = tiny.options(path, name)
      options.freeze = freeze
      options.classifier = .linear
      return try BackboneFile(try run(options).checkpoints[0]).network(front: .mel).registry.stateDict
    }
    #expect(try after("all", ["all"]) == before)
    let part = try after("part", ["blocks.0.**"])
    for (old, new) in zip(before, part) {
      #expect((old == new) == old.key.hasPrefix("blocks.0."), "\(old.key)")
    }
  }

  @Test func `an experiment with checkpoints is left alone, or gets more beside them`() throws {
    let tiny = try TinyBackbone()
    var options = tiny.options(try tiny.write())
    let first = try run(options).checkpoints
    #expect(throws: CheckpointError(.wouldOverwrite, "")) { try FinetuneJob(options) }
    options.isBeside = true
    let second = try run(options).checkpoints
    #expect(first != second)
    #expect(second == [tiny.folder("exp/models/CKPT-EPOCH-2-01")])
  }

  @Test func `a run that was killed before old checkpoints went lets them go, even when it is over`() throws {
    let tiny = try TinyBackbone()
    var options = tiny.options(try tiny.write())
    options.saveEvery = 1
    #expect(try run(options).checkpoints.count == 2)
    // As if it had been killed after the last one was written, before the first went.
    (options.keep, options.resumes) = (1, true)
    #expect(try run(options).checkpoints.isEmpty)
    #expect(try FileSystem.names(in: tiny.folder("exp/models")) == ["CKPT-EPOCH-2-00"])
  }

  @Test func `training lowers the loss`() throws {
    let tiny = try TinyBackbone()
    var options = tiny.options(try tiny.write())
    (options.epochs, options.learningRate, options.margin, options.marginEnd) = (8, 0.01, 0, 0)
    let epochs = try run(options).epochs
    #expect(epochs[7].loss < epochs[0].loss / 2)
    // Of twelve utterances, one more or less turns on rounding: not the last epoch's but the best.
    #expect(epochs.map(\.accuracy).max() ?? 0 > epochs[0].accuracy)
  }

  @Test func `a loss that is no number ends the run`() throws {
    let tiny = try TinyBackbone()
    var options = tiny.options(try tiny.write())
    (options.learningRate, options.classifier, options.epochs, options.warmupEpochs) = (1e30, .linear, 3, 0)
    #expect(throws: CheckpointError(.overflow, "")) { try run(options) }
  }
}
