// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// numpy judges the files: `Tests/Interop/enrolment.py`.
@Suite struct SpeakersTests {
  static let origin = Speakers.Origin(sha256: "0f", frontEnd: "fbank")

  static func make(_ rule: DecisionRule = .init()) throws -> Speakers {
    var speakers = Speakers(origin, rule)
    try speakers.add([2, 0], to: "anna")
    try speakers.add([3, 4], to: "ben")
    try speakers.add([0, 300], to: "anna")
    return speakers
  }

  /// The arrays of a file, by name, with some changed, taken out or added.
  private static func file(_ changes: [Text: NPYArray?], _ body: (String) throws -> Void) throws {
    let folder = try TemporaryFolder()
    try make().write(to: folder("s.npz"), replacing: false)
    let reader = try NPZReader(folder("s.npz"))
    var arrays = try reader.names.map { (name: $0, array: try reader.array($0)) }
    for (name, array) in changes {
      arrays.removeAll { $0.name == name }
      if let array { arrays.append((name, array)) }
    }
    try NPZWriter.write(arrays, to: folder("t.npz"))
    try body(folder("t.npz"))
  }

  private static func refusal(_ changes: [Text: NPYArray?]) throws -> CheckpointError {
    var refusal: CheckpointError?
    try file(changes) { path in
      refusal = #expect(throws: CheckpointError.self) { try Speakers(path) }
      #expect(refusal?.location.file == path)
    }
    return try #require(refusal)
  }

  @Test func `a mean takes each reference at unit length, so that a loud one counts no more`() throws {
    let speakers = try Self.make()
    #expect(speakers.names == ["anna", "ben"])
    #expect(speakers.mean(of: "anna") == [0.5, 0.5])
    #expect(speakers.mean(of: "ben") == [0.6, 0.8])
    #expect(speakers.references(of: "anna") == [[2, 0], [0, 300]])
    #expect(speakers.mean(of: "cleo") == nil)
    #expect(speakers.size == 2)
  }

  @Test func `what is written is read again, in its order and with what verdicts go by`() throws {
    let folder = try TemporaryFolder()
    let rules = [
      DecisionRule(), DecisionRule(0.4, .speakers),
      DecisionRule(-0.25, .speakers, line: .init(scale: 12.5, offset: -3)),
    ]
    for rule in rules {
      let speakers = try Self.make(rule)
      try speakers.write(to: folder("s.npz"), replacing: true)
      #expect(try Speakers(folder("s.npz")) == speakers)
      try Speakers(folder("s.npz")).write(to: folder("t.npz"), replacing: true)
      #expect(try File.bytes(at: folder("s.npz")) == File.bytes(at: folder("t.npz")))
    }
    #expect(
      try NPZReader(folder("s.npz")).names == ["meta", "mean/anna", "refs/anna", "mean/ben", "refs/ben"])
    #expect(throws: CheckpointError(.wouldOverwrite, "")) {
      try Self.make().write(to: folder("s.npz"), replacing: false)
    }
    #expect(throws: CheckpointError(.emptyResult, "")) {
      try Speakers(Self.origin).write(to: folder("u.npz"), replacing: false)
    }
  }

  @Test func `names are told apart by bytes`() throws {
    let folder = try TemporaryFolder()
    var speakers = Speakers(Self.origin)
    let names: [Text] = ["\u{E9}", "e\u{301}", "meta", "mean", "a b", ".."]
    for (index, name) in names.enumerated() { try speakers.add([1, Float(index)], to: name) }
    try speakers.write(to: folder("s.npz"), replacing: false)
    let read = try Speakers(folder("s.npz"))
    #expect(read.names == names)
    #expect(read.references(of: "e\u{301}") == [[1, 1]])
  }

  @Test(
    arguments: [
      "", "a/b", "a\u{7}", Text(String(repeating: "x", count: 70_000)), Text(utf8: [0xED, 0xA0, 0x80]),
    ] as [Text?])
  func `a name that no array can have is refused by name`(name: Text?) throws {
    let name = try #require(name)
    var speakers = Speakers(Self.origin)
    let error = try #require(throws: CheckpointError.self) { try speakers.add([1, 0], to: name) }
    #expect(error.code == .unrepresentable)
    #expect(error.location.key == name)
    #expect(speakers.names.isEmpty)
  }

  @Test func `a name that numpy would take for another is refused, in either order`() throws {
    for (first, second) in [("a", "a.npy"), ("a.npy", "a")] as [(Text, Text)] {
      var speakers = Speakers(Self.origin)
      try speakers.add([1, 0], to: first)
      #expect(throws: CheckpointError(.collision, "")) { try speakers.add([1, 0], to: second) }
      #expect(throws: CheckpointError(.collision, "")) { try Speakers(Self.origin).check([first, second]) }
    }
  }

  @Test(arguments: [[1, 0, 0], [0, 0], [.nan, 1], [.infinity, 0]] as [[Float]])
  func `a vector that no cosine can be taken of is refused`(vector: [Float]) throws {
    var speakers = try Self.make()
    let error = try #require(throws: CheckpointError.self) { try speakers.add(vector, to: "anna") }
    #expect(error.code == .misfit)
    #expect(error.location.key == "anna")
    #expect(try speakers == Self.make())
  }

  @Test func `a file that was put together otherwise is refused with the array`() throws {
    let vector = NPYArray(floats: [0.5, 0.5], shape: [2])
    let table: [(changes: [Text: NPYArray?], code: CheckpointError.Code, key: Text?)] = [
      (["meta": nil], .corrupt, nil),
      (["other": vector], .corrupt, nil),
      (["mean/ben": nil], .corrupt, "refs/ben"),
      (["refs/ben": nil], .corrupt, "mean/ben"),
      (["mean/ben": NPYArray(floats: [0.6, 0.79], shape: [2])], .corrupt, "refs/ben"),
      (["mean/ben": NPYArray(floats: [0.6, .nan], shape: [2])], .corrupt, "refs/ben"),
      (["mean/ben": NPYArray(floats: [0.6, 0.8], shape: [1, 2])], .corrupt, "refs/ben"),
      (["refs/ben": vector], .corrupt, "refs/ben"),
      (["refs/ben": NPYArray(floats: [], shape: [0, 2])], .corrupt, "refs/ben"),
      (["refs/ben": NPYArray(floats: [1, 0, 0], shape: [1, 3])], .misfit, "ben"),
      (["refs/ben": NPYArray(.uint8, shape: [1, 2], bytes: [1, 2])], .unsupported, "refs/ben"),
      (["meta": vector], .corrupt, "meta"),
      (["meta": text("{")], .corrupt, "meta"),
      (["meta": text("{\"schema\":2}")], .unsupported, "schema"),
      (["meta": text("{\"schema\":1,\"frontEnd\":\"mel\"}")], .corrupt, "meta"),
      (
        ["meta": text("{\"schema\":1,\"frontEnd\":\"mel\",\"modelSHA256\":\"0\",\"threshold\":\"x\"}")],
        .corrupt, "meta"
      ),
    ]
    for row in table {
      let error = try Self.refusal(row.changes)
      #expect(error.code == row.code, "\(row.changes)")
      if let key = row.key { #expect(error.location.key == key, "\(row.changes)") }
    }
    let whole = try Self.make()
    try Self.file([:]) { path in
      let read = try Speakers(path)
      #expect(read == whole)
    }
  }

  private func text(_ words: String) -> NPYArray {
    NPYArray(.uint8, shape: [words.utf8.count], bytes: Array(words.utf8))
  }

  @Test func `matches come the likest first, equal ones by name`() throws {
    var speakers = try Self.make()
    try speakers.add([1, 1], to: "aaron")
    #expect(speakers.matches([1, 1]).map(\.name) == ["aaron", "anna", "ben"])
    #expect(speakers.matches([3, 4]).first?.name == "ben")
    #expect(abs((speakers.matches([3, 4]).first?.score ?? 0) - 1) < 1e-12)
  }

  @Test func `references of two speakers that are nearly one are told, those of before beside the new`()
    throws
  {
    var speakers = Speakers(Self.origin)
    try speakers.add([1, 0], to: "anna")
    try speakers.add([0, 1], to: "ben")
    let before = ["anna": 1, "ben": 1] as [Text: Int]
    #expect(speakers.nearDuplicates(beside: before, files: [:]).isEmpty)
    try speakers.add([10, 1], to: "ben")
    try speakers.add([1, 1], to: "cleo")
    try speakers.add([1, 0], to: "anna")
    let found = speakers.nearDuplicates(
      beside: before, files: ["ben": ["b.wav"], "cleo": ["c.wav"], "anna": ["a.wav"]])
    // In the order of the speakers: of two new ones the later tells the earlier.
    #expect(found.map(\.new.speaker) == ["anna", "ben"])
    #expect(found.map(\.new.index) == [1, 1])
    #expect(found.map(\.other.speaker) == ["anna", "anna"])
    #expect(found[0].cosine == 1)
    #expect(found[1].other.file == nil)
    #expect(found[1].note.hasPrefix("`b.wav` (ben) and reference 1 of anna: cosine 0.9950, above 0.95"))
  }
}
