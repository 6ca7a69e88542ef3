// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

struct TrialTests {
  static func list(_ text: String) throws -> TrialList { try TrialList(TextFile(Array(text.utf8))) }

  @Test func `labels are words or digits, fields apart by blanks or tabs`() throws {
    let list = try Self.list("a b 1\n\nc\td  nontarget\r\ne f target\ng h 0")
    #expect(list.trials.map(\.enrol) == ["a", "c", "e", "g"])
    #expect(list.trials.map(\.test) == ["b", "d", "f", "h"])
    #expect(list.trials.map(\.isTarget) == [true, false, true, false])
    #expect(list.trials.map(\.line) == [1, 3, 4, 5])
    #expect(list.targets == 2)
  }

  @Test func `VoxCeleb's order is understood where it cannot be anything else`() throws {
    let first = try Self.list("1 id1/a.wav id1/b.wav\n0 id1/a.wav id2/0\n")
    #expect(first.trials.map(\.enrol) == ["id1/a.wav", "id1/a.wav"])
    #expect(first.trials.map(\.isTarget) == [true, false])
    // Recordings may be named 0 and 1: then the last field is the label, as upstream reads it.
    let last = try Self.list("1 0 1\n0 1 0\n")
    #expect(last.trials.map(\.enrol) == ["1", "0"])
  }

  @Test(arguments: [
    ("a b 1\nc d\n", "line 2", "2 fields, where a trial has three"),
    ("a b 1\nc d maybe\n", "line 2", "'maybe' is no label"),
    ("1 a b\nx a b\n", "line 1", "'b' is no label"),
  ]) func `a wrong line is named`(text: String, line: String, reason: String) {
    let error = #expect(throws: CheckpointError.self) { try Self.list(text) }
    #expect(error?.code == .corrupt)
    #expect(error?.location.member == Text(line))
    #expect(error?.reason == reason)
  }

  @Test func `an empty list is refused`() {
    #expect(throws: CheckpointError(.emptyResult, "")) { try Self.list("\n \n") }
  }

  @Test func `scores are cosines, and paths stand for their stems`() throws {
    var embeddings = Embeddings()
    try embeddings.add([1, 0], named: "a")
    try embeddings.add([3, 4], named: "b")
    try embeddings.add([0, 0], named: "silent")
    let list = try Self.list("a x/b.wav 1\nb b 1\na silent 0")
    let scores = try CosineScoring.scores(list, embeddings)
    #expect(abs(scores[0] - 0.6) < 1e-15)
    #expect(scores[1] == 1)
    #expect(scores[2] == 0)
    let error = #expect(throws: CheckpointError.self) {
      try CosineScoring.scores(Self.list("a b 1\na none.wav 0"), embeddings)
    }
    #expect(error?.code == .nothingMatched)
    #expect(error?.location == .init(member: "line 2", key: "none.wav"))
  }

  @Test func `embeddings survive their file`() throws {
    try Fixtures.withFolder { folder throws in
      let path = folder + "/e.npz"
      var embeddings = Embeddings()
      try embeddings.add([1, -2.5], named: "zoë.take 2")
      try embeddings.add([0.25, 3], named: "a")
      try embeddings.write(to: path, replacing: false)
      #expect(try Embeddings(npz: path) == embeddings)
      #expect(try Embeddings(npz: path).names == ["zoë.take 2", "a"])
      #expect(throws: CheckpointError(.wouldOverwrite, "")) {
        try embeddings.write(to: path, replacing: false)
      }
    }
  }

  @Test func `a file says its front end, and a recording cannot have that name`() throws {
    let folder = try TemporaryFolder()
    var embeddings = Embeddings()
    try embeddings.add([1, -2.5], named: "a")
    embeddings.frontEnd = "fbank-sherpa"
    try embeddings.write(to: folder("e.npz"), replacing: false)
    #expect(try Embeddings(folder("e.npz")) == embeddings)
    let archive = try NPZReader(folder("e.npz"))
    #expect(archive.names == ["a", "resect:front-end"])
    #expect(try archive.array("resect:front-end").bytes == Array("fbank-sherpa".utf8))
    #expect(throws: CheckpointError(.collision, "")) {
      try embeddings.add([1, 2], named: "resect:front-end")
    }
    for array in [NPYArray(floats: [1], shape: [1]), NPYArray(.uint8, shape: [2], bytes: [0x66, 0x0A])] {
      try NPZWriter.write([("resect:front-end", array)], to: folder("e.npz"), replacing: true)
      let error = #expect(throws: CheckpointError.self) { try Embeddings(folder("e.npz")) }
      #expect(error?.code == .corrupt)
      #expect(error?.location == .init(file: folder("e.npz"), key: "resect:front-end"))
    }
  }

  @Test func `names that collide, sizes that differ and NaN are refused`() throws {
    var embeddings = Embeddings()
    try embeddings.add([1, 2], named: "a")
    #expect(throws: CheckpointError(.collision, "")) { try embeddings.add([1, 2], named: "a") }
    #expect(throws: CheckpointError(.misfit, "")) { try embeddings.add([1], named: "b") }
    #expect(throws: CheckpointError(.misfit, "")) { try embeddings.add([1, .nan], named: "b") }
    #expect(throws: CheckpointError(.misfit, "")) { try embeddings.add([], named: "b") }
    #expect(embeddings.names == ["a"])
  }
}
