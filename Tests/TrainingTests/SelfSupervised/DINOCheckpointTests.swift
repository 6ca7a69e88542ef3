// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import OrderedCollections
import TestSupport
import Testing
import Training

/// Whole self-supervised checkpoints, read and written.
@Suite struct DINOCheckpointTests {
  private typealias Numbers = NativeKernels<Float>

  private func path(_ name: String) throws -> String { try Fixtures.path("checkpoints/\(name).pth") }

  @Test(arguments: ["rdino-tiny-torch1.13", "rdino-tiny-torch2.15", "rdino-tiny-epoch1-torch1.13"])
  func `RDINO: everything upstream restores, and the sizes`(_ name: String) throws {
    let checkpoint = try DINOCheckpoint(path(name))
    #expect(checkpoint.method == .rdino)
    #expect(checkpoint.epoch == (name.contains("epoch1") ? 1 : 3))
    #expect(checkpoint.run == nil)
    let backbone = try #require(checkpoint.backbone.sizes as? ECAPAConfiguration)
    #expect(backbone.channels == [16, 16, 16, 16, 48])
    #expect(backbone.dilations == [1, 2, 3, 4, 1])
    #expect(backbone.embedding == 16)
    let rdino = try checkpoint.rdino(Numbers.self, machine: Machine(workers: 1))
    var head = RDINOHeadConfiguration()
    (head.inputs, head.hidden, head.regularised) = (16, 32, 40)
    (head.bottleneck, head.outputs) = (12, 48)
    #expect(rdino.student.head.configuration == head)
    for (model, source) in [(rdino.student, checkpoint.student), (rdino.teacher, checkpoint.teacher)] {
      #expect(model.stateDict.map { Text($0.key) } == source.keys)
      for entry in model.stateDict {
        switch entry.value {
        case .floats(let values):
          #expect(try source.values(for: entry.key, shape: entry.shape, initial: .zeros) == values)
        case .counter(let value): #expect(try source.counter(for: entry.key) == value)
        }
      }
    }
    let center = try StateDictParameters(checkpoint.document, "dino_loss")
    let values = try center.values(for: "center", shape: [1, 48], initial: .zeros)
    #expect(rdino.dinoLoss.registry.stateDict.map(\.value) == [.floats(values)])
    // The last layer has no momentum after an epoch in which its gradients were cancelled.
    let state = rdino.optimizer.state
    #expect(state.entries.count == (name.contains("epoch1") ? 150 : 151))
    #expect((state.entries[42] == nil) == name.contains("epoch1"))
    let saved = try checkpoint.momentum
    for (index, entry) in saved.entries { #expect(state.entries[index] == entry) }
    #expect(state.groups == saved.groups)
  }

  @Test func `SDPN: prototypes and their momentum too`() throws {
    let checkpoint = try DINOCheckpoint(path("sdpn-tiny-torch1.13"))
    #expect(checkpoint.method == .sdpn)
    let sdpn = try checkpoint.sdpn(Numbers.self, machine: Machine(workers: 1))
    #expect(sdpn.prototypes.parameter.shape == [20, 12])
    #expect(sdpn.prototypes.parameter.floats.contains { $0 != 0 })
    let saved = try checkpoint.momentum
    #expect(saved.entries[148] != nil)
    #expect(sdpn.optimizer.state == saved)
  }

  /// `_metadata` of a state dict: module and version, in order.
  private func metadata(_ document: Document, _ name: String) throws -> [String] {
    let node = try #require(document.value(of: Text(name), in: document.root))
    guard case .stateDict(let state) = document[node] else { return [] }
    return try (try #require(state.metadata)).map { module, versions in
      let version = try #require(document.value(of: "version", in: versions))
      guard case .int(let number) = document[version] else { return "\(module)=?" }
      return "\(module)=\(number)"
    }
  }

  private func keys(_ document: Document) -> [Text] {
    guard case .mapping(let mapping) = document[document.root] else { return [] }
    return mapping.entries.compactMap { if case .string(let key) = document[$0.key] { key } else { nil } }
  }

  private func state() throws -> TrainingState {
    TrainingState(
      method: "dino", epoch: 3, step: 1, seed: 7, stepsPerEpoch: 2, batchSize: 4, schedule: ["lr": 0.4],
      data: try .init(items: 8, labels: nil), options: ["method": "rdino"])
  }

  @Test func `what is written is read back, key by key as upstream orders them`() throws {
    let folder = try TemporaryFolder()
    let file = folder("checkpoint.pth")
    let original = try DINOCheckpoint(path("rdino-tiny-torch1.13"))
    let rdino = try original.rdino(Numbers.self, machine: Machine(workers: 1))
    let run = try state()
    try DINOCheckpoint.write(DINOCheckpoint.document(of: rdino, epoch: 3, run: run), to: file)
    let copy = try DINOCheckpoint(file)
    #expect(copy.run == run)
    #expect(copy.epoch == 3)
    #expect(keys(copy.document) == keys(original.document) + ["resect"])
    #expect(try copy.document.stripPlan().layout == original.document.stripPlan().layout)
    for name in ["student", "teacher", "dino_loss"] {
      #expect(try metadata(copy.document, name) == metadata(original.document, name))
    }
    let again = try copy.rdino(Numbers.self, machine: Machine(workers: 1))
    #expect(again.student.stateDict == rdino.student.stateDict)
    #expect(again.teacher.stateDict == rdino.teacher.stateDict)
    #expect(again.dinoLoss.registry.stateDict == rdino.dinoLoss.registry.stateDict)
    #expect(again.optimizer.state == rdino.optimizer.state)
    // An older checkpoint of the same name is replaced, as upstream's is.
    try DINOCheckpoint.write(DINOCheckpoint.document(of: rdino, epoch: 4), to: file)
    #expect(try DINOCheckpoint(file).epoch == 4)
    #expect(try DINOCheckpoint(file).run == nil)
  }

  @Test func `SDPN is written in upstream's order too`() throws {
    let folder = try TemporaryFolder()
    let file = folder("checkpoint.pth")
    let original = try DINOCheckpoint(path("sdpn-tiny-torch1.13"))
    let sdpn = try original.sdpn(Numbers.self, machine: Machine(workers: 1))
    try DINOCheckpoint.write(DINOCheckpoint.document(of: sdpn, epoch: 3), to: file)
    let copy = try DINOCheckpoint(file)
    #expect(keys(copy.document) == keys(original.document))
    #expect(try copy.document.stripPlan().layout == original.document.stripPlan().layout)
    for name in ["student", "teacher"] {
      #expect(try metadata(copy.document, name) == metadata(original.document, name))
    }
    let again = try copy.sdpn(Numbers.self, machine: Machine(workers: 1))
    #expect(again.student.stateDict == sdpn.student.stateDict)
    #expect(again.teacher.stateDict == sdpn.teacher.stateDict)
    #expect(again.prototypes.registry.stateDict == sdpn.prototypes.registry.stateDict)
    #expect(again.optimizer.state == sdpn.optimizer.state)
  }

  /// A copy of a checkpoint with its state dict under `name` changed.
  private func changed(
    _ file: String, _ name: String, _ change: (inout Document, inout StateDict) -> Void
  ) throws -> Document {
    var document = try Checkpoint.open(path(file))
    let node = try #require(document.value(of: Text(name), in: document.root))
    guard case .stateDict(var state) = document[node] else { throw CheckpointError(.corrupt, name) }
    change(&document, &state)
    document[node] = .stateDict(state)
    return document
  }

  private func refusal(_ document: Document, _ recipe: DINOMethod = .rdino) throws
    -> CheckpointError
  {
    do throws(CheckpointError) {
      let checkpoint = try DINOCheckpoint(document, path: "changed.pth")
      switch recipe {
      case .rdino: _ = try checkpoint.rdino(Numbers.self, machine: Machine(workers: 1))
      case .sdpn: _ = try checkpoint.sdpn(Numbers.self, machine: Machine(workers: 1))
      }
    } catch {
      return error
    }
    Issue.record("it was taken")
    return CheckpointError(.corrupt, "")
  }

  @Test(arguments: ["student", "teacher"])
  func `keys that do not fit are named, with their shapes`(_ name: String) throws {
    let key: Text = "module.head.mlp.3.weight"
    let missing = try refusal(changed("rdino-tiny-torch1.13", name) { $1.entries[key] = nil })
    #expect(missing.code == .misfit && missing.location.key == key)
    #expect(missing.reason.contains("[32, 32]") && missing.reason.contains("`\(name)`"))
    let extra = try refusal(
      changed("rdino-tiny-torch1.13", name) { $1.entries["module.head.more"] = $1.entries[key] })
    #expect(extra.code == .misfit && extra.location.key == "module.head.more")
    let shape = try refusal(
      changed("rdino-tiny-torch1.13", name) { document, state in
        state.entries[key] = document.add(tensor: [Float](repeating: 0, count: 96), shape: [32, 3])
        state.entries["module.backbone.fc.conv.bias"] = nil
      })
    #expect(shape.code == .misfit && shape.reason.contains("1 more"))
    let values = try refusal(
      changed("rdino-tiny-torch1.13", name) { document, state in
        state.entries[key] = document.add(tensor: [Float](repeating: .nan, count: 1024), shape: [32, 32])
      })
    #expect(values.code == .misfit && values.location.key == key)
    let expanded = try refusal(
      changed("rdino-tiny-torch1.13", name) { document, state in
        let storage = document.add(Storage(name: "data/x", byteCount: 4, bytes: .memory([0, 0, 0, 0])))
        state.entries[key] = document.add(
          .tensor(TensorRecord(dtype: .float32, shape: [32, 32], strides: [0, 0], storage: storage)))
      })
    #expect(expanded.code == .misfit && expanded.location.key == key)
  }

  @Test func `prefixes, center, prototypes and momentum that do not fit are refused`() throws {
    let bare = try changed("rdino-tiny-torch1.13", "student") { _, state in
      state.entries = OrderedDictionary(
        uniqueKeysWithValues: state.entries.map { ($0.key.dropFirst("module.".count), $0.value) })
    }
    #expect(try refusal(bare).reason.contains("module.backbone."))
    let center = try changed("rdino-tiny-torch1.13", "dino_loss") { document, state in
      state.entries["center"] = document.add(tensor: [0, 0, 0], shape: [1, 3])
    }
    #expect(try refusal(center).location.key == "center")
    #expect(try refusal(Checkpoint.open(path("rdino-tiny-torch1.13")), .sdpn).code == .misfit)

    var document = try Checkpoint.open(path("sdpn-tiny-torch1.13"))
    let prototypes = try #require(document.value(of: "prototypes", in: document.root))
    let other = document.add(tensor: [Float](repeating: 0, count: 60), shape: [20, 3])
    document[prototypes] = document[other]
    #expect(try refusal(document, .sdpn).location.key == "prototypes")

    for word in ["optimizer", "epoch", "teacher"] {
      var document = try Checkpoint.open(path("rdino-tiny-torch1.13"))
      guard case .mapping(var mapping) = document[document.root] else { continue }
      mapping.entries.removeAll { if case .string(Text(word)) = document[$0.key] { true } else { false } }
      document[document.root] = .mapping(mapping)
      #expect(try refusal(document).reason.contains("`\(word)`"))
    }
  }

  @Test func `a bare backbone is no checkpoint to go on from`() throws {
    #expect(throws: CheckpointError(.misfit, "")) {
      try DINOCheckpoint(Fixtures.path("3dspeaker/CKPT-EPOCH-3-00/embedding_model.ckpt"))
    }
  }

  @Test func `a fresh run can be saved before its first step`() throws {
    let folder = try TemporaryFolder()
    let original = try DINOCheckpoint(path("sdpn-tiny-torch1.13"))
    let fresh = try SDPN<Numbers>(
      original.backbone, original.sdpn(Numbers.self).student.head.configuration, prototypes: 7,
      source: FreshParameters(seed: 3), machine: Machine(workers: 1))
    #expect(fresh.student.stateDict == fresh.teacher.stateDict)
    try DINOCheckpoint.write(DINOCheckpoint.document(of: fresh, epoch: 0), to: folder("fresh.pth"))
    let copy = try DINOCheckpoint(folder("fresh.pth")).sdpn(Numbers.self, machine: Machine(workers: 1))
    #expect(copy.student.stateDict == fresh.student.stateDict)
    #expect(copy.prototypes.parameter.floats == fresh.prototypes.parameter.floats)
    #expect(copy.optimizer.state.entries.isEmpty)
    let rdino = try DINOCheckpoint(path("rdino-tiny-torch1.13")).rdino(Numbers.self)
    let other = try RDINO<Numbers>(
      original.backbone, rdino.student.head.configuration, source: FreshParameters(seed: 3))
    #expect(other.student.stateDict == other.teacher.stateDict)
    #expect(other.student.stateDict.first == fresh.student.stateDict.first)
  }
}
