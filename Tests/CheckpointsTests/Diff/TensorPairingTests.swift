// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import Testing

@testable import Checkpoints

/// Which tensor is which: by path, by content, by prefix.
@Suite struct TensorPairingTests {
  /// A state dict of one-byte tensors: the value is what a tensor holds.
  private func document(_ tensors: KeyValuePairs<Text, [UInt8]>) -> Document {
    var document = Document()
    var entries: OrderedDictionary<Text, NodeID> = [:]
    for (key, bytes) in tensors {
      let storage = document.add(Storage(name: key, byteCount: bytes.count, bytes: .memory(bytes)))
      entries[key] = document.add(
        .tensor(TensorRecord(dtype: .uint8, shape: [bytes.count], storage: storage)))
    }
    document.root = document.add(.stateDict(StateDict(kind: .dict, entries: entries)))
    return document
  }

  private func pairing(
    _ a: KeyValuePairs<Text, [UInt8]>, _ b: KeyValuePairs<Text, [UInt8]>
  ) throws -> TensorPairing {
    try TensorPairing(DiffSide(document(a)), DiffSide(document(b))) { _ in }
  }

  private func words(_ pairing: TensorPairing) -> [String] {
    pairing.pairs.map { "\($0.a) \($0.b)" + ($0.by.map { " \($0.rawValue)" } ?? "") }
  }

  @Test func `content that is unique moves, and the rest follows its prefix`() throws {
    let pairing = try pairing(
      ["a.0.w": [1], "a.0.n": [0], "a.1.w": [2], "a.1.n": [0], "z": [9]],
      ["z": [9], "b.c.0.w": [1], "b.c.0.n": [0], "b.c.1.w": [2], "b.c.1.n": [7]])
    #expect(
      words(pairing) == [
        "a.0.w b.c.0.w content", "a.0.n b.c.0.n prefix", "a.1.w b.c.1.w content", "a.1.n b.c.1.n prefix",
        "z z",
      ])
    #expect(pairing.prefixes.map { "\($0.from) \($0.to) \($0.tensors)" } == ["a. b.c. 4"])
    #expect(pairing.removed.isEmpty && pairing.added.isEmpty && pairing.ambiguous.isEmpty)
  }

  @Test func `the longest prefix goes first`() throws {
    let pairing = try pairing(
      ["m.w": [1], "m.x.w": [2], "m.x.n": [0], "m.y.n": [0]],
      ["k.w": [1], "j.w": [2], "k.x.n": [0], "j.n": [0], "k.y.n": [0]])
    // `m.` went to `k.`, but `m.x.` to `j.`: what both could place, the longer one places.
    #expect(
      words(pairing) == ["m.w k.w content", "m.x.w j.w content", "m.x.n j.n prefix", "m.y.n k.y.n prefix"])
    #expect(pairing.added == ["k.x.n"])
  }

  @Test func `a module that moved and was trained on is one that moved and changed`() throws {
    let pairing = try pairing(["m.w": [1], "m.n": [5]], ["k.w": [1], "k.n": [6]])
    #expect(words(pairing) == ["m.w k.w content", "m.n k.n prefix"])
    let report = try document(["m.w": [1], "m.n": [5]]).compared(with: document(["k.w": [1], "k.n": [6]]))
    #expect(report.changed.map(\.path) == ["m.n"])
    #expect(report.changed.first?.pathB == "k.n")
    #expect(report.changed.first?.numbers?.maxAbs == .int(1))
  }

  @Test func `equal content that no prefix tells apart is ambiguous`() throws {
    let pairing = try pairing(
      ["p": [1, 1], "q": [1, 1], "r": [3]], ["s": [1, 1], "t": [1, 1], "u": [4]])
    #expect(pairing.ambiguous.map(\.a) == [["p", "q"]])
    #expect(pairing.ambiguous.map(\.b) == [["s", "t"]])
    #expect(pairing.removed == ["r"])
    #expect(pairing.added == ["u"])
  }

  @Test func `a prefix whose target has another shape is not followed`() throws {
    let pairing = try pairing(["a.w": [1], "a.n": [0]], ["b.w": [1], "b.n": [0, 0]])
    #expect(words(pairing) == ["a.w b.w content"])
    #expect(pairing.removed == ["a.n"] && pairing.added == ["b.n"])
  }

  @Test(arguments: [
    ("a.b.c", "x.b.c", "a.|x."), ("b.c", "x/y.b.c", "|x/y."), ("ab.c", "b.c", "ab.|b."),
    ("a.b", "a.c", "none"),
    ("t/m.w", "w", "t/m.|"),
  ]) func `a change of prefix keeps whole components`(from: String, to: String, words: String) {
    let change = PathChange(Text(from), Text(to))
    #expect((change.map { "\($0.from)|\($0.to)" } ?? "none") == words)
    if let change { #expect(change.target(of: Text(from)) == Text(to)) }
  }

  @Test func `ties are compared over the tensors that both have`() throws {
    let a = Sample.state([
      "x": .view("s", [2]), "y": .view("s", [2]), "z": .view("s", [2]), "only": .view("s", [2]),
    ])
    let b = Sample.state(["x": .view("s", [2]), "y": .view("s", [2]), "z": .tensor([2])])
    let report = try a.document.compared(with: b.document)
    #expect(report.ties.a == [["x", "y", "z"]])
    #expect(report.ties.b == [["x", "y"]])
    #expect(!report.equal)
    let same = try b.document.compared(with: b.document)
    #expect(same.equal && same.ties.a.isEmpty)
  }

  @Test func `XXH3-128 is xxHash's`() {
    #expect(XXH3.of([]).hexadecimal == "99aa06d3014798d86001c324468d497f")
    var parts = XXH3()
    parts.update(Array("ab".utf8))
    parts.update(Array("c".utf8))
    #expect(parts.digest() == XXH3.of(Array("abc".utf8)))
    #expect(parts.digest().hexadecimal == "06b05ab6733a618578af5f94892f3950")
  }
}
