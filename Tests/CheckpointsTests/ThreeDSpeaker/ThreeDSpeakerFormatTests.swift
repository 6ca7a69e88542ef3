// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct ThreeDSpeakerFormatTests {
  private func upstream() throws -> Document {
    try Checkpoint.open(Fixtures.path("3dspeaker/CKPT-EPOCH-3-00"))
  }

  private func backbone() throws -> Document {
    var document = try upstream()
    _ = try document.apply([.take("embedding_model")])
    return document
  }

  private func plan(
    _ document: Document, _ options: ThreeDSpeakerOptions = .init()
  ) throws(CheckpointError) -> OutputPlan {
    var all = OutputPlan.Options()
    all.threeDSpeaker = options
    return try OutputPlan(document, as: .threeDSpeaker, options: all)
  }

  private func failure(_ document: Document, _ options: ThreeDSpeakerOptions = .init()) -> CheckpointError? {
    do throws(CheckpointError) { _ = try plan(document, options) } catch { return error }
    return nil
  }

  @Test func `a folder goes through unchanged`() throws {
    let folder = try TemporaryFolder()
    let plan = try plan(upstream())
    #expect(
      plan.summary.files == ["embedding_model.ckpt", "classifier.ckpt", "epoch_counter.ckpt", "CKPT.yaml"])
    #expect(plan.summary.notes == nil)
    try plan.write(to: folder("CKPT-EPOCH-3-00"))
    for name in ["CKPT.yaml", "epoch_counter.ckpt"] {
      #expect(
        try File.bytes(at: folder("CKPT-EPOCH-3-00/\(name)"))
          == Fixtures.bytes("3dspeaker/CKPT-EPOCH-3-00/\(name)"))
    }
    let again = try Checkpoint.open(folder("CKPT-EPOCH-3-00")).listing(hashing: true)
    let before = try upstream().listing(hashing: true)
    #expect(again.tensors.map(\.path) == before.tensors.map(\.path))
    #expect(again.tensors.map(\.sha256) == before.tensors.map(\.sha256))
    #expect(again.values.map(\.value) == before.values.map(\.value))
  }

  @Test func `epoch and time are set in both places`() throws {
    let folder = try TemporaryFolder()
    try plan(upstream(), .init(epoch: 70, unixtime: 12.5)).write(to: folder("CKPT"))
    #expect(try File.bytes(at: folder("CKPT/CKPT.yaml")) == Array("epoch: 70\nunixtime: 12.5\n".utf8))
    #expect(try File.bytes(at: folder("CKPT/epoch_counter.ckpt")) == Array("70".utf8))
    #expect(failure(try upstream(), .init(epoch: -1))?.code == .wrongWords)
  }

  @Test func `a fresh classifier has upstream's keys and modules`() throws {
    for (form, keys) in [
      (.cosine, ["weight"]), (.linear, ["linear.weight", "linear.bias"]),
    ] as [(ThreeDSpeakerOptions.ClassifierForm, [Text])] {
      let document = try FreshClassifier.document(form, rows: 12, embedding: 16, seed: 5)
      guard case .stateDict(let state) = document[document.root] else { throw CheckpointError(.corrupt, "") }
      #expect(Array(state.entries.keys) == keys)
      #expect(Array(state.metadata?.keys ?? []).first == "")
      let found = try #require(Backbone(state, in: document))
      #expect(found.isClassifier && found.embedding == 16)
    }
  }

  @Test func `notes say what is fresh, what gives way, and what upstream would not see`() throws {
    let options = ThreeDSpeakerOptions(
      classifier: .fresh(.cosine, rows: 6, seed: 1), folderName: "out")
    let notes = try plan(upstream(), options).summary.notes
    #expect(
      notes == [
        "a fresh cosine classifier, 6 rows of 16, seed 1", "the classifier of the input gives way to it",
        "upstream looks at folders alone whose names begin with `CKPT`: `CKPT-EPOCH-3-00`",
      ])
    #expect(
      try plan(backbone(), options).summary.notes?.contains {
        $0.hasPrefix("unixtime is 0.0")
      } == true)
  }

  @Test func `a classifier is taken from a folder or a file, and must fit`() throws {
    let file = try Fixtures.path("3dspeaker/CKPT-EPOCH-3-00/classifier.ckpt")
    for other in [try upstream(), try Checkpoint.open(file)] {
      let plan = try plan(backbone(), .init(classifier: .document(other)))
      #expect(plan.summary.tensors == 232)
      #expect(plan.inputs.contains { $0.path.hasSuffix("classifier.ckpt") })
    }
    let wide = try FreshClassifier.document(.cosine, rows: 3, embedding: 17, seed: 0)
    #expect(failure(try backbone(), .init(classifier: .document(wide)))?.code == .misfit)
    #expect(failure(try backbone(), .init(classifier: .document(try backbone())))?.code == .misfit)
  }

  @Test func `what is no bare backbone is refused, with the way to one`() throws {
    let classes = ThreeDSpeakerOptions(classifier: .fresh(.cosine, rows: 3, seed: 0))
    let whole = try Checkpoint.open(Fixtures.path("checkpoints/rdino-tiny-torch1.13.pth"))
    #expect(failure(whole, classes)?.hint == "`resect strip FILE -o backbone.pth` first, then convert that")
    var wrapped = try backbone()
    _ = try wrapped.apply([.prefix("module.")])
    #expect(failure(wrapped, classes)?.code == .unrepresentable)
    #expect(failure(wrapped, classes)?.hint == "`resect strip FILE -o backbone.pth` first, then convert that")
    var head = try upstream()
    _ = try head.apply([.take("classifier")])
    #expect(failure(head, classes)?.reason == "this is a classifier; the folder is made from a backbone")
    #expect(failure(try backbone())?.hint?.contains("--classes N") == true)
    #expect(
      failure(try backbone(), .init(classifier: .fresh(.cosine, rows: 0, seed: 0)))?.code == .wrongWords)
  }

  @Test func `a network that no one knows needs a classifier of its own`() throws {
    var document = try backbone()
    _ = try document.apply([.keep("fc.**")])
    #expect(failure(document, .init(classifier: .fresh(.cosine, rows: 3, seed: 0)))?.code == .unknownLayout)
    let given = try FreshClassifier.document(.cosine, rows: 3, embedding: 16, seed: 0)
    #expect(try plan(document, .init(classifier: .document(given))).summary.tensors == 3)
  }

  @Test func `values that have no file are listed, and other containers become files`() throws {
    var document = try upstream()
    guard case .mapping(var mapping) = document[document.root] else { throw CheckpointError(.corrupt, "") }
    let extra: [(Text, Node)] = [
      ("loss", .float(1)), ("log.txt", .string("x")), ("optimizer", .list([document.add(.int(1))])),
    ]
    for (key, node) in extra {
      mapping.entries.append(.init(key: document.add(.string(key)), value: document.add(node)))
    }
    document[document.root] = .mapping(mapping)
    #expect(failure(document)?.code == .unrepresentable)
    var options = OutputPlan.Options(dropsValues: true)
    let summary = try OutputPlan(document, as: .threeDSpeaker, options: options).summary
    #expect(summary.droppedValues == ["loss"])
    #expect(summary.files?.contains("optimizer.ckpt") == true && summary.files?.contains("log.txt") == true)
    mapping.entries.append(
      .init(key: document.add(.string("../up")), value: document.add(.list([]))))
    document[document.root] = .mapping(mapping)
    options.dropsValues = true
    #expect(throws: CheckpointError(.unrepresentable, "")) {
      try OutputPlan(document, as: .threeDSpeaker, options: options)
    }
  }
}
