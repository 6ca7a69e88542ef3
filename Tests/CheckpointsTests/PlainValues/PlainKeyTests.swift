// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// `plain` and the keys of dicts.
@Suite struct PlainKeyTests {
  /// `{'d': {KEY: 1, 'a': 2}, 'w': tensor}`.
  private func document(_ key: (inout Document) -> NodeID) throws -> Document {
    var document = Sample.dict(["d": .dict(["": .int(1), "a": .int(2)]), "w": .tensor([1])]).document
    let holder = try #require(document.node(at: ValuePath("d")))
    guard case .mapping(var mapping) = document[holder] else { return document }
    mapping.entries[0].key = key(&document)
    document[holder] = .mapping(mapping)
    return document
  }

  private func path(_ text: String, _ document: inout Document) -> NodeID {
    let callee = document.add(.global(GlobalName("pathlib", "PosixPath")))
    let arguments = document.add(.tuple([document.add(.string(Text(text)))]))
    return document.add(.object(OpaqueObject(form: .reduce, callee: callee, arguments: arguments)))
  }

  @Test func `numbers and paths inside tuples and frozensets of keys become plain`() throws {
    var document = try document { document in
      let number = document.add(
        .numpy(
          NumpyValue(
            typeName: "i8", shape: nil, isFortranOrder: false, isBigEndian: false,
            bytes: [5, 0, 0, 0, 0, 0, 0, 0],
            module: "numpy.core.multiarray")))
      let inner = document.add(.frozenset([number]))
      return document.add(.tuple([inner, path("a/b", &document)]))
    }
    let report = try document.edit("plain")[0]
    #expect(report.changes.count == 2)
    #expect(document.wholeText.hasPrefix("dict{'d': dict{(frozenset(5), 'a/b'): 1, 'a': 2}"))
  }

  @Test func `two keys that would become one are refused`() throws {
    var document = try document { path("a", &$0) }
    let error = #expect(throws: CheckpointError(.collision, "")) { try document.edit("plain") }
    #expect(error?.location.key == "d")
    #expect(error?.reason == "two of its keys would be 'a'")
    var other = try self.document { path("b", &$0) }
    try other.edit("plain")
    #expect(other.wholeText.hasPrefix("dict{'d': dict{'b': 1, 'a': 2}"))
  }

  @Test func `a member of a set that would become another's equal is refused`() throws {
    var document = try document { $0.add(.string("x")) }
    let set = document.add(.set([document.add(.string("p")), path("p", &document)]))
    guard case .mapping(var mapping) = document[document.root] else { return }
    mapping.entries.append(.init(key: document.add(.string("s")), value: set))
    document[document.root] = .mapping(mapping)
    let error = #expect(throws: CheckpointError(.collision, "")) { try document.edit("plain") }
    #expect(error?.location.key == "s")
  }

  @Test func `a class inside a key is noted as left`() throws {
    var document = try document { document in
      document.add(.tuple([document.add(.global(GlobalName("a", "B")))]))
    }
    #expect(try document.edit("plain")[0].notes == ["1 of class have no plain form and were left"])
  }

  @Test func `a namespace whose attributes are tensors alone keeps them`() throws {
    var document = Sample.dict([
      "args": .object(GlobalName("argparse", "Namespace"), ["w": .tensor([2])]), "x": .int(1),
    ]).document
    StateDictFinder.run(on: &document)
    try document.edit("plain")
    #expect(document.tensor("args/w")?.shape == [2])
  }

  @Test func `a dict of a foreign class with attributes beside its entries is left, not cut`() throws {
    var document = Sample.dict([
      "h": .object(GlobalName("pytorch_lightning.utilities.parsing", "AttributeDict"), ["a": .int(1)]),
      "w": .tensor([1]),
    ]).document
    let notes = try document.edit("plain")[0].notes
    #expect(
      notes == ["1 of pytorch_lightning.utilities.parsing.AttributeDict have no plain form and were left"])
  }
}
