// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct TraceTests {
  /// `a.pth` stripped, cut and converted.
  private func chain() throws -> ProvenanceSample {
    let sample = try ProvenanceSample()
    try sample.strip("a.pth", "b.pth")
    try sample.edit("b.pth", "c.pth", ["keep fc.** blocks.0.**"])
    try sample.convert("c.pth", "d.safetensors", .safetensors)
    return sample
  }

  private func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }

  @Test func `a chain is followed to its beginning, also where the files between are gone`() throws {
    let sample = try chain()
    for gone in ["", "c.pth", "b.pth", "a.pth"] {
      if !gone.isEmpty { try remove(sample(gone)) }
      let report = try sample.trace("d.safetensors", chain: true)
      #expect(report.isSound && report.isComplete)
      #expect(report.statements.map(\.command) == ["convert", "edit", "strip"])
      #expect(report.statements.map(\.depth) == [0, 1, 2])
      #expect(report.statements[0].outputs[0].tensors == 9)
    }
    #expect(try sample.trace("d.safetensors").statements.count == 1)
  }

  @Test func `two inputs with one statement before them show it once`() throws {
    let sample = try ProvenanceSample()
    try sample.strip("a.pth", "b.pth")
    try sample.edit("b.pth", "c.pth", ["set x 1"])
    try sample.edit("b.pth", "d.pth", ["set x 2"])
    let plan = try Merge(
      [Checkpoint.open(sample("c.pth")), Checkpoint.open(sample("d.pth"))], .average(weights: nil))
    try sample.write(plan, "m.pth")
    let report = try sample.trace("m.pth", chain: true)
    #expect(report.statements.map(\.command) == ["merge", "edit", "strip", "edit"])
    #expect(report.isSound && report.isComplete)
  }

  @Test func `a changed output is a finding, and which tensor it is`() throws {
    let sample = try chain()
    let size = try sample.bytes("d.safetensors").count
    try sample.damage("d.safetensors", at: size - 1)
    let report = try sample.trace("d.safetensors")
    #expect(!report.isSound)
    let output = report.statements[0].outputs[0]
    #expect(output.files.map(\.verdict) == [.differs])
    #expect(output.tensors == 8 && output.differ.count == 1)
  }

  @Test func `a missing output is no finding and no proof`() throws {
    let sample = try chain()
    try remove(sample("d.safetensors"))
    let report = try sample.trace("d.safetensors", chain: true)
    #expect(report.isSound && !report.isComplete)
  }

  @Test func `a changed input is a finding`() throws {
    let sample = try chain()
    try sample.damage("c.pth", at: 100)
    #expect(try !sample.trace("d.safetensors").isSound)
    // Elsewhere lies the right one.
    let other = try chain()
    let found = try sample.trace(
      "d.safetensors", among: ["../" + (other.folder.path as NSString).lastPathComponent])
    #expect(found.isSound && found.isComplete)
  }

  @Test func `a statement before that is missing leaves the chain unproved`() throws {
    let sample = try chain()
    try remove(sample("b.pth.provenance.json"))
    #expect(try sample.trace("d.safetensors").isComplete)
    let report = try sample.trace("d.safetensors", chain: true)
    #expect(report.isSound && !report.isComplete)
    #expect(report.statements.count == 2)
  }

  @Test func `a statement before that was changed is a finding`() throws {
    let sample = try chain()
    try sample.forge("c.pth") { $0.provenance?.options["x"] = "y" }
    #expect(try !sample.trace("d.safetensors", chain: true).isSound)
    #expect(try !sample.trace("d.safetensors").isSound)
  }

  @Test func `a statement that lies about a tensor, an output or a parent is a finding`() throws {
    let lies: [(inout Statement) -> Void] = [
      { $0.provenance?.outputs[0].tensors[3].sha256 = String(repeating: "0", count: 64) },
      { $0.provenance?.outputs[0].tensors[3].path = "other" },
      { $0.provenance?.outputs[0].tensors[3].shape = [7] },
      { $0.provenance?.outputs[0].tensors.removeLast() },
      { $0.provenance?.outputs[0].name = "c.pth" },
      { $0.provenance?.inputs[0].statement?.subject = [.init(name: "c.pth", sha256: $0.subject[0].sha256)] },
      { $0.subject[0].sha256 = String(repeating: "0", count: 64) },
      { $0.provenance?.inputs[0].files[0].sha256 = String(repeating: "0", count: 64) },
    ]
    for (index, lie) in lies.enumerated() {
      let sample = try chain()
      try sample.forge("d.safetensors", lie)
      #expect(try !sample.trace("d.safetensors").isSound, "\(index)")
    }
  }

  @Test func `a parent that says another thing than is told of it is a finding`() throws {
    let sample = try chain()
    try sample.forge("d.safetensors") {
      $0.provenance?.inputs[0].statement?.subject.append(.init(name: "z", sha256: $0.subject[0].sha256))
    }
    #expect(try !sample.trace("d.safetensors", chain: true).isSound)
  }

  @Test(arguments: ["/etc/passwd", "../a.pth", "x/../../a.pth", "", "x//y", "./a.pth", "a\0b"])
  func `names that lead out of the statement's folder are refused`(_ name: String) throws {
    let changes: [(inout Statement) -> Void] = [
      { $0.subject[0].name = Text(name) }, { $0.provenance?.outputs[0].name = Text(name) },
      { $0.provenance?.inputs[0].files[0].name = Text(name) },
      { $0.provenance?.inputs[0].statement?.file.name = Text(name) },
      {
        $0.provenance?.data = [
          .init(
            role: "train", name: "x", lists: [],
            recordings: [.init(name: Text(name), sha256: $0.subject[0].sha256)])
        ]
      },
    ]
    let sample = try chain()
    let original = try sample.bytes("d.safetensors.provenance.json")
    for change in changes {
      try File.write(original, to: sample("d.safetensors.provenance.json"))
      try sample.forge("d.safetensors", change)
      #expect(throws: CheckpointError(.corrupt, "")) { try sample.trace("d.safetensors") }
    }
  }

  @Test func `a statement cut anywhere is no statement`() throws {
    let sample = try chain()
    let bytes = try sample.bytes("d.safetensors.provenance.json")
    for count in stride(from: 0, to: bytes.count, by: 97) {
      #expect(throws: CheckpointError(.corrupt, "")) { try Statement(Array(bytes[..<count])) }
    }
  }
}
