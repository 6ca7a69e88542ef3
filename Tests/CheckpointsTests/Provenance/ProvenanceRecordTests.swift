// SPDX-License-Identifier: Apache-2.0
import Foundation
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct ProvenanceRecordTests {
  private func digest(_ bytes: [UInt8]) -> String { SHA256.of(bytes).hexadecimal }

  @Test func `a strip's statement tells what was read, done, dropped and written`() throws {
    let sample = try ProvenanceSample()
    try sample.strip("a.pth", "b.pth")
    let statement = try sample.statement("b.pth")
    #expect(statement.subject == [.init(name: "b.pth", sha256: digest(try sample.bytes("b.pth")))])
    let provenance = try #require(statement.provenance)
    #expect(provenance.command == "strip" && provenance.program == "resect")
    #expect(provenance.version == Text(ProgramVersion.current))
    #expect(provenance.options == ["--branch": "teacher"])
    #expect(provenance.passes?.map(\.pass) == ["take teacher", "under module.backbone."])
    #expect(provenance.passes?[1].counts == ["dropped": 20, "renamed": 231])
    #expect(
      provenance.inputs == [
        .init(
          role: "checkpoint", name: "a.pth", form: "torch",
          files: [.init(name: "a.pth", sha256: digest(try sample.bytes("a.pth")))])
      ])
    let listed = try Checkpoint.open(sample("b.pth")).listing(hashing: true).tensors
    #expect(provenance.outputs == [.init(name: "b.pth", form: "torch", tensors: listed.map { .init($0) })])
    #expect(listed.count == 231)
    let dropped = try #require(provenance.dropped)
    #expect(dropped.contains(.init(path: "student", by: "take teacher")))
    #expect(dropped.count == 24)
  }

  @Test func `the same work on the same bytes has the same statement, wherever it is done`() throws {
    let (one, two) = (try ProvenanceSample(), try ProvenanceSample())
    for sample in [one, two] {
      try sample.strip("a.pth", "b.pth")
      try sample.convert("b.pth", "c.safetensors", .safetensors)
    }
    for name in ["b.pth.provenance.json", "c.safetensors.provenance.json"] {
      let bytes = try one.bytes(name)
      #expect(bytes == (try two.bytes(name)))
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!text.contains("/tmp") && !text.contains(one.folder.path))
    }
  }

  @Test func `the statement is read back as it was written, byte for byte`() throws {
    let sample = try ProvenanceSample()
    try sample.strip("a.pth", "b.pth")
    try sample.convert("b.pth", "c.npz", .npz)
    for name in ["b.pth", "c.npz"] {
      #expect(try sample.statement(name).bytes() == sample.bytes(name + ".provenance.json"))
    }
  }

  @Test(arguments: [WrittenFormat.dcp, .torch, .safetensors])
  func `of a folder each file is named`(_ format: WrittenFormat) throws {
    let sample = try ProvenanceSample()
    try sample.strip("a.pth", "b.pth")
    var options = FormatOptions()
    if format != .dcp { options.shardSize = 40_000 }
    try sample.convert("b.pth", "d/", format, options)
    let names = try Kernel.names(in: sample("d")).map { Text("d/" + $0) }
    let statement = try sample.statement("d")
    #expect(statement.subject.map(\.name) == names)
    #expect(names.count > 1)
    for file in statement.subject { #expect(digest(try sample.bytes(file.name.shown)) == file.sha256) }
    #expect(statement.provenance?.outputs.first?.tensors.count == 231)
    try sample.edit("d", "e.pth", ["keep fc.**"])
    let input = try #require(try sample.statement("e.pth").provenance?.inputs.first)
    #expect(input.files == statement.subject)
    #expect(input.statement?.subject == statement.subject)
  }

  @Test func `an index is read with its shards`() throws {
    let sample = try ProvenanceSample()
    try sample.strip("a.pth", "b.pth")
    var options = FormatOptions()
    options.shardSize = 40_000
    try sample.convert("b.pth", "d", .safetensors, options)
    try sample.edit("d/model.safetensors.index.json", "e.pth", ["keep fc.**"])
    let input = try #require(try sample.statement("e.pth").provenance?.inputs.first)
    #expect(input.name == "d/model.safetensors.index.json")
    #expect(input.files == (try sample.statement("d").subject))
    // The statement of the folder lies beside that, not beside the index.
    #expect(input.statement?.file.name == "d.provenance.json")
  }

  @Test func `a merge names all that it read`() throws {
    let sample = try ProvenanceSample()
    try sample.strip("a.pth", "b.pth")
    try sample.edit("b.pth", "c.pth", ["cast float16 except **.num_batches_tracked"])
    try sample.edit("c.pth", "d.pth", ["cast float32 except **.num_batches_tracked"])
    let plan = try Merge(
      [Checkpoint.open(sample("b.pth"))], base: Checkpoint.open(sample("d.pth")), .task(weights: [0.5]))
    try sample.write(plan, "m.pth")
    let provenance = try #require(try sample.statement("m.pth").provenance)
    #expect(provenance.inputs.map(\.role) == ["checkpoint", "base"])
    #expect(provenance.inputs.map(\.name) == ["b.pth", "d.pth"])
    #expect(provenance.inputs.compactMap(\.statement?.file.name).count == 2)
    #expect(provenance.options == ["--method": "task", "--weights": "0.5"])
  }

  // MARK: Refusals

  @Test func `a statement that is there is replaced only where that is asked for`() throws {
    let sample = try ProvenanceSample()
    try File.write([1, 2], to: sample("b.pth.provenance.json"))
    #expect(throws: CheckpointError(.wouldOverwrite, "")) { try sample.strip("a.pth", "b.pth") }
    #expect(!Kernel.exists(sample("b.pth")))
    #expect(try sample.bytes("b.pth.provenance.json") == [1, 2])
    try sample.write(Surgery(stripping: Checkpoint.open(sample("a.pth"))), "b.pth", replacing: true)
    #expect(try sample.statement("b.pth").provenance?.command == "strip")
  }

  @Test func `a statement about other bytes than those beside it is no parent`() throws {
    let sample = try ProvenanceSample()
    try sample.strip("a.pth", "b.pth")
    try sample.edit("b.pth", "c.pth", ["keep fc.**"])
    try File.write(sample.bytes("c.pth"), to: sample("b.pth"))
    #expect(throws: CheckpointError(.contradiction, "")) {
      try sample.edit("b.pth", "d.pth", ["prefix x."])
    }
    #expect(!Kernel.exists(sample("d.pth")) && !Kernel.exists(sample("d.pth.provenance.json")))
  }

  @Test func `what lies beside an input and is no statement is said`() throws {
    let sample = try ProvenanceSample()
    for (text, code) in [
      ("{", CheckpointError.Code.corrupt), (#"{"_type":"https://in-toto.io/Statement/v0.1"}"#, .corrupt),
      (#"{"payload":"","payloadType":"application/vnd.in-toto+json","signatures":[]}"#, .unsupported),
    ] {
      try File.write(Array(text.utf8), to: sample("a.pth.provenance.json"))
      #expect(throws: CheckpointError(code, "")) { try sample.strip("a.pth", "b.pth") }
      #expect(!Kernel.exists(sample("b.pth")))
    }
  }

  @Test func `a statement of another kind is a parent too`() throws {
    let sample = try ProvenanceSample()
    let sha256 = digest(try sample.bytes("a.pth"))
    let text =
      #"{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"x","digest":{"sha256":""#
      + sha256 + #""}}],"predicateType":"https://slsa.dev/provenance/v1","predicate":{}}"#
    try File.write(Array(text.utf8), to: sample("a.pth.provenance.json"))
    try sample.strip("a.pth", "b.pth")
    let parent = try #require(try sample.statement("b.pth").provenance?.inputs[0].statement)
    #expect(parent.predicateType == "https://slsa.dev/provenance/v1")
    #expect(parent.subject == [.init(name: "x", sha256: sha256)])
    let report = try sample.trace("b.pth", chain: true)
    #expect(report.isSound && report.isComplete && report.statements.count == 2)
  }

  @Test func `an input that changes before the statement is written has none`() throws {
    let sample = try ProvenanceSample()
    var surgery = try Surgery(stripping: Checkpoint.open(sample("a.pth")))
    let record = try ProvenanceRecord(of: surgery, to: sample("b.pth"), by: "resect")
    try surgery.write(to: sample("b.pth"))
    try File.write([1], to: sample("a.pth"))
    #expect(throws: CheckpointError(.inputChanged, "")) { try record.finish() }
    #expect(!Kernel.exists(sample("b.pth.provenance.json")))
  }

  @Test func `keys that are no Unicode have no place in a statement, and nothing is written`() throws {
    let sample = try ProvenanceSample()
    let half = try #require(Text(utf8: [0x61, 0xED, 0xA0, 0x80]))
    var document = Document()
    let storage = document.add(Storage(name: "data/0", byteCount: 4, bytes: .memory([1, 2, 3, 4])))
    let tensor = document.add(.tensor(TensorRecord(dtype: .float32, shape: [], storage: storage)))
    document.root = document.add(.stateDict(StateDict(kind: .dict, entries: [half: tensor], metadata: nil)))
    try OutputPlan(document).write(to: sample("s.pth"))
    #expect(throws: CheckpointError(.unrepresentable, "")) {
      try sample.edit("s.pth", "t.pth", ["prefix x."])
    }
    #expect(!Kernel.exists(sample("t.pth")))
  }
}
