// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// Kaldi's own libraries judge whole files: `Tests/Interop/kaldi_judge.py`.
@Suite struct KaldiTests {
  static func embeddings() throws -> Embeddings {
    var embeddings = Embeddings()
    try embeddings.add([1, -2.5, 0.25], named: "zoë.take-2")
    try embeddings.add([0, 1e-30, 3], named: "a")
    return embeddings
  }

  @Test func `an archive has a matrix of one row a key, a script points to each`() throws {
    let folder = try TemporaryFolder()
    var embeddings = Embeddings()
    try embeddings.add([1, -2], named: "ab")
    try embeddings.add([0.5, 0], named: "c")
    try embeddings.write(folder("e.ark"), replacing: false)
    let size: [UInt8] = [4, 1, 0, 0, 0, 4, 2, 0, 0, 0]
    #expect(
      try File.bytes(at: folder("e.ark")) == Array("ab \0BFM ".utf8) + size + [
        0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0,
      ]
        + Array("c \0BFM ".utf8) + size + [0, 0, 0, 0x3F, 0, 0, 0, 0])
    let script = String(decoding: try File.bytes(at: folder("e.scp")), as: UTF8.self)
    #expect(script == "ab \(folder("e.ark")):3\nc \(folder("e.ark")):28\n")
  }

  @Test func `both files give the embeddings back`() throws {
    let folder = try TemporaryFolder()
    let embeddings = try Self.embeddings()
    try embeddings.write(folder("e.ark"), replacing: false)
    #expect(try Embeddings(folder("e.ark")) == embeddings)
    #expect(try Embeddings(folder("e.scp")) == embeddings)
    // A folder that has moved: its archive still lies beside the script.
    let text = String(decoding: try File.bytes(at: folder("e.scp")), as: UTF8.self)
    let moved = text.split(separator: "\n").map { line in
      line.replacing(folder.path + "/", with: "")
    }
    try File.write(Array(moved.joined(separator: "\n").utf8), to: folder("moved.scp"))
    #expect(try Embeddings(folder("moved.scp")) == embeddings)
    #expect(throws: CheckpointError(.wouldOverwrite, "")) {
      try embeddings.write(folder("e.ark"), replacing: false)
    }
    try embeddings.write(folder("e.ark"), replacing: true)
    #expect(folder.names == ["e.ark", "e.scp", "moved.scp"])
  }

  @Test func `the front end lies beside an archive, and goes where it is no longer known`() throws {
    let folder = try TemporaryFolder()
    var embeddings = try Self.embeddings()
    embeddings.frontEnd = "mel"
    try embeddings.write(folder("e.ark"), replacing: false)
    #expect(String(decoding: try File.bytes(at: folder("e.front-end")), as: UTF8.self) == "mel\n")
    #expect(try Embeddings(folder("e.ark")) == embeddings)
    #expect(try Embeddings(folder("e.scp")) == embeddings)
    #expect(throws: CheckpointError(.wouldOverwrite, "")) {
      try Embeddings.checkOutput(folder("e.ark"), replacing: false)
    }
    embeddings.frontEnd = nil
    try embeddings.write(folder("e.ark"), replacing: true)
    #expect(folder.names == ["e.ark", "e.scp"])
    #expect(try Embeddings(folder("e.scp")).frontEnd == nil)
    for text in ["", "two words", String(repeating: "x", count: 300)] {
      try File.write(Array(text.utf8), to: folder("e.front-end"))
      let error = #expect(throws: CheckpointError.self) { try Embeddings(folder("e.ark")) }
      #expect(error?.location.file == folder("e.front-end"))
    }
  }

  @Test func `archives of two front ends are not mixed in one script, those that say none are`() throws {
    let folder = try TemporaryFolder()
    var script = ""
    for (name, frontEnd) in [("a", nil), ("b", "fbank"), ("c", "fbank-sherpa")] as [(String, Text?)] {
      var embeddings = Embeddings()
      try embeddings.add([1, 2], named: Text(name))
      embeddings.frontEnd = frontEnd
      try embeddings.write(folder(name + ".ark"), replacing: false)
      script += "\(name) \(folder(name)).ark:2\n"
      try File.write(Array(script.utf8), to: folder("all.scp"))
      guard name == "c" else {
        #expect(try Embeddings(folder("all.scp")).frontEnd == frontEnd)
        continue
      }
      let error = #expect(throws: CheckpointError.self) { try Embeddings(folder("all.scp")) }
      #expect(error?.code == .misfit)
      #expect(error?.location.file == folder("c.ark"))
      #expect(
        error?.reason.hasPrefix("its front end is fbank-sherpa, that of `\(folder("b.ark"))` is fbank")
          == true)
    }
  }

  @Test func `a script may point to many archives in any order`() throws {
    let folder = try TemporaryFolder()
    var (lines, wanted) = ("", Embeddings())
    for number in 0..<70 {
      var embeddings = Embeddings()
      try embeddings.add([Float(number), 1], named: Text("k\(number)"))
      try embeddings.write(folder("\(number).ark"), replacing: false)
    }
    for turn in 0..<2 {
      for number in stride(from: 69, through: 0, by: -1) {
        lines += "turn-\(turn)-\(number) \(number).ark:\("k\(number) ".utf8.count)\n"
        try wanted.add([Float(number), 1], named: Text("turn-\(turn)-\(number)"))
      }
    }
    try File.write(Array(lines.utf8), to: folder("all.scp"))
    #expect(try Embeddings(folder("all.scp")) == wanted)
  }

  @Test func `neither file is written where one is in the way`() throws {
    let folder = try TemporaryFolder()
    try File.write([], to: folder("e.scp"))
    #expect(throws: CheckpointError(.wouldOverwrite, "")) {
      try Embeddings.checkOutput(folder("e.ark"), replacing: false)
    }
    #expect(throws: CheckpointError(.wouldOverwrite, "")) {
      try Self.embeddings().write(folder("e.ark"), replacing: false)
    }
    #expect(throws: CheckpointError(.wrongWords, "")) {
      try Embeddings.checkOutput(folder("f.scp"), replacing: false)
    }
    #expect(folder.names == ["e.scp"])
  }

  @Test func `vectors are read as matrices are`() throws {
    let folder = try TemporaryFolder()
    try File.write(
      Array("k \0BFV ".utf8) + [4, 2, 0, 0, 0, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0], to: folder("v.ark"))
    #expect(try Embeddings(folder("v.ark"))["k"] == [1, -2])
    try File.write(Array("k  \(folder("v.ark")):2 \n\n".utf8), to: folder("v.scp"))
    #expect(try Embeddings(folder("v.scp"))["k"] == [1, -2])
    // An archive's entry without its key is a file of one vector.
    try File.write(Array(try File.bytes(at: folder("v.ark")).dropFirst(2)), to: folder("one.vec"))
    try File.write(Array("other one.vec\n".utf8), to: folder("w.scp"))
    #expect(try Embeddings(folder("w.scp"))["other"] == [1, -2])
  }

  @Test(arguments: [
    ("k [ 1 2 3 ]\n", "unsupported"), ("k \0BDM \u{4}", "unsupported"), ("k \0BCM ", "unsupported"),
    ("k", "corrupt"),
    (" \0BFV ", "corrupt"), ("k \0BFV \u{4}\u{2}\0\0\0\0\0", "corrupt"),
    ("k \0BFV \u{8}\u{2}\0\0\0", "corrupt"),
    ("k \0BFM \u{4}\u{7F}\u{7F}\u{7F}\u{7F}\u{4}\u{7F}\u{7F}\u{7F}\u{7F}", "corrupt"), ("", "empty-result"),
    ("k \0BFM \u{4}\0\0\0\0\u{4}\0\0\0\0", "misfit"),
  ]) func `an archive that is none is refused`(text: String, code: String) throws {
    let folder = try TemporaryFolder()
    try File.write(Array(text.utf8), to: folder("e.ark"))
    let error = try #require(throws: CheckpointError.self) { try Embeddings(folder("e.ark")) }
    #expect(error.code.word == code)
    #expect(error.location.file == folder("e.ark"))
  }

  @Test func `every cut of an archive is refused or a shorter archive`() throws {
    let folder = try TemporaryFolder()
    try Self.embeddings().write(folder("e.ark"), replacing: false)
    let bytes = try File.bytes(at: folder("e.ark"))
    for length in 0..<bytes.count {
      try File.write(Array(bytes[..<length]), to: folder("cut.ark"))
      let read = try? Embeddings(folder("cut.ark"))
      #expect(read == nil || read?.count == 1)
    }
  }

  @Test(arguments: [
    ("k", "corrupt"), ("k cat e.ark |", "unsupported"), ("k e.ark:3[0:1]", "unsupported"),
    ("k e.ark:999", "corrupt"), ("k none.ark:3", "unreadable"), ("k e.ark:1", "unsupported"),
    ("k e.ark:99999999999999999999", "unreadable"),
  ]) func `a script's wrong line is named`(line: String, code: String) throws {
    let folder = try TemporaryFolder()
    try Self.embeddings().write(folder("e.ark"), replacing: false)
    try File.write(Array("\n\(line)\n".utf8), to: folder("f.scp"))
    let error = try #require(throws: CheckpointError.self) { try Embeddings(folder("f.scp")) }
    #expect(error.code.word == code)
    #expect(error.location.member == "line 2")
  }

  @Test func `names that an archive cannot hold are refused, and nothing is written`() throws {
    let folder = try TemporaryFolder()
    for name in ["two words", ""] {
      var embeddings = Embeddings()
      try embeddings.add([1], named: Text(name))
      let error = try #require(throws: CheckpointError.self) {
        try embeddings.write(folder("e.ark"), replacing: false)
      }
      #expect(error.code == .unrepresentable)
      #expect(error.location.key == Text(name))
    }
    #expect(throws: CheckpointError(.unrepresentable, "")) {
      try Self.embeddings().write(folder("my e.ark"), replacing: false)
    }
    #expect(folder.names.isEmpty)
  }
}
