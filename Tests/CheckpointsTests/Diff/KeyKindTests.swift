// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// Keys that print alike and are not the same: `diff` calls them different, and `merge` does not pair them.
@Suite struct KeyKindTests {
  /// `{'d': {KEY: tensor}, 'w': tensor}`.
  private func document(_ keys: Node..., holding value: Sample = .tensor([2])) -> Document {
    var builder = SampleBuilder()
    let values = keys.map { _ in builder.add(value) }
    let weight = builder.add(.tensor([1]))
    var document = builder.document
    let entries = zip(keys, values).map { Mapping.Entry(key: document.add($0), value: $1) }
    let inner = document.add(.mapping(Mapping(kind: .dict, entries: entries)))
    document.root = document.add(
      .mapping(
        Mapping(
          kind: .dict,
          entries: [
            .init(key: document.add(.string("d")), value: inner),
            .init(key: document.add(.string("w")), value: weight),
          ])))
    StateDictFinder.run(on: &document)
    return document
  }

  static let kinds: [(Node, String)] = [
    (.int(0), "0"), (.none, "None"), (.bool(true), "True"), (.float(0.5), "0.5"), (.bytes([0x6B]), "b'k'"),
    (.int(-7), "-7"), (.float(.infinity), "inf"),
    (.long([0, 0, 0, 0, 0, 0, 0, 0, 1]), "18446744073709551616"),
  ]

  @Test(arguments: kinds) func `a key and its printed text are different`(key: Node, text: String) throws {
    let (a, b) = (document(key), document(.string(Text(text))))
    for value in [Sample.tensor([2]), .int(1), .dict(["x": .tensor([2])]), .list([])] {
      let report = try document(key, holding: value).compared(
        with: document(.string(Text(text)), holding: value))
      #expect(!report.equal)
      #expect(report.counts.keys == 1)
      let change = try #require(report.keys?.first)
      #expect(change.path == "d/\(text)" && change.a == text)
      #expect(change.b == (text == "b'k'" ? "\"b'k'\"" : "'\(text)'"))
    }
    #expect(try b.compared(with: a).keys?.first?.b == text)
    #expect(try a.compared(with: a).equal && b.compared(with: b).equal)
  }

  @Test func `a tuple and its printed text are different`() throws {
    var a = document(.none)
    let key = a.add(.tuple([a.add(.int(1)), a.add(.int(2))]))
    let holder = try #require(a.node(at: ValuePath("d")))
    guard case .mapping(var mapping) = a[holder] else { return }
    mapping.entries[0].key = key
    a[holder] = .mapping(mapping)
    let report = try a.compared(with: document(.string("(1, 2)")))
    #expect(report.keys?.first.map { "\($0.a) \($0.b)" } == "(1, 2) '(1, 2)'")
  }

  @Test func `both kinds in one dict are told apart by their order too`() throws {
    let both = document(.int(0), .string("0"))
    #expect(try both.compared(with: both).equal)
    let report = try both.compared(with: document(.string("0"), .int(0)))
    #expect(report.keys?.first.map { "\($0.a), \($0.b)" } == "0 and '0', '0' and 0")
  }

  @Test func `numpy's integers are the Python integers that they are equal to`() throws {
    let number = NumpyValue(
      typeName: "i8", shape: nil, isFortranOrder: false, isBigEndian: false, bytes: [5, 0, 0, 0, 0, 0, 0, 0],
      module: "numpy.core.multiarray")
    #expect(try document(.numpy(number)).compared(with: document(.int(5))).equal)
    #expect(try document(.numpy(number)).compared(with: document(.string("5"))).equal == false)
  }

  @Test func `places of a list are no keys`() throws {
    let list = Sample.dict(["d": .list([.tensor([2])]), "w": .tensor([1])]).document
    #expect(try document(.int(0)).compared(with: list).keys == nil)
  }

  @Test func `a form of texts alone has equal digits, and a note says so`() throws {
    let folder = try TemporaryFolder()
    var document = document(.int(0))
    document.root = try #require(document.node(at: ValuePath("d")))
    try OutputPlan(document, as: .npz).write(to: folder("a.npz"))
    let report = try document.compared(with: Checkpoint.open(folder("a.npz")))
    #expect(report.equal && report.keys == nil)
    #expect(
      report.notes.contains(
        "a key is no text in one file, and npz has texts alone: taken as equal, first 0 and '0' at `0`"))
    // Our own entry restores the kinds.
    try OutputPlan(document, as: .safetensors).write(to: folder("a.safetensors"))
    let restored = try Checkpoint.open(folder("a.safetensors"))
    #expect(try document.compared(with: restored).notes.isEmpty)
    #expect(try restored.compared(with: self.document(.string("0"))).equal == false)
  }

  @Test(arguments: kinds) func `merge does not pair a key with its printed text`(key: Node, text: String)
    throws
  {
    let (a, b) = (document(key), document(.string(Text(text))))
    let error = #expect(throws: CheckpointError(.misfit, "")) {
      try Merge([a, b], .average(weights: nil))
    }
    #expect(error?.location.key == "d/\(text)")
    #expect(
      error?.reason.hasPrefix("its key is ") == true && error?.reason.contains(", but \(text) in ") == true)
    #expect(throws: CheckpointError(.misfit, "")) {
      try Merge([a, a], base: b, .task(weights: [1, 1]))
    }
    _ = try Merge([a, a], .average(weights: nil))
  }
}
