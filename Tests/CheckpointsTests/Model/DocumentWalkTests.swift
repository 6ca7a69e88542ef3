// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// Walks take time that is linear in the document, whatever its parts share.
@Suite struct DocumentWalkTests {
  private func steps(_ document: Document, limits: DocumentWalk.Limits = .standard) -> (
    count: Int, isCut: Bool
  ) {
    var walk = DocumentWalk(document, limits: limits)
    var count = 0
    while let step = walk.next() { if case .enter = step { count += 1 } }
    return (count, walk.isCut)
  }

  private func doubling(_ depth: Int) -> Document {
    var document = Document(nodes: [.int(7)])
    for index in 0..<depth { document.root = document.add(.list([NodeID(index), NodeID(index)])) }
    return document
  }

  @Test func `containers that hold the one before twice are repeated up to a bound`() {
    let (count, isCut) = steps(doubling(60))
    #expect(isCut)
    #expect(count < 2 * DocumentWalk.Limits.standard.repeats)
    #expect(count > DocumentWalk.Limits.standard.repeats / 2)
  }

  @Test func `what shares little is walked at each of its places`() {
    let (count, isCut) = steps(doubling(12))
    #expect(!isCut)
    #expect(count == (1 << 13) - 1)
  }

  @Test func `a list that names one value half a million times is walked whole`() {
    var document = Document(nodes: [.none])
    document.root = document.add(.list([NodeID](repeating: NodeID(0), count: 500_000)))
    #expect(steps(document) == (500_001, false))
    // It is shared too: the second time it is one step.
    let list = document.root
    document.root = document.add(.tuple([list, list]))
    #expect(steps(document) == (500_003, true))
  }

  @Test func `objects that share one dict of attributes do not multiply it`() {
    var document = Document(nodes: [.none, .global(GlobalName("m", "A")), .tuple([])])
    let key = document.add(.string("k"))
    let entries = [Mapping.Entry](repeating: .init(key: key, value: NodeID(0)), count: 5000)
    let state = document.add(.mapping(Mapping(kind: .dict, entries: entries)))
    var objects: [NodeID] = []
    for _ in 0..<5000 {
      objects.append(
        document.add(
          .object(OpaqueObject(form: .newobj, callee: NodeID(1), arguments: NodeID(2), states: [state]))))
    }
    document.root = document.add(.list(objects))
    let (count, isCut) = steps(document)
    #expect(isCut)
    #expect(count < 1_000_000)
    #expect(!document.holdsTensor(document.root))
  }

  @Test func `what lies too deep has no path, and no format loses it`() throws {
    var document = Document(nodes: [.int(7)])
    for index in 0..<20_000 { document.root = document.add(.list([NodeID(index)])) }
    #expect(throws: CheckpointError(.limit, "")) { try document.listing() }
    #expect(throws: CheckpointError(.limit, "")) { _ = try FlatDocument(document) }
    #expect(throws: CheckpointError(.limit, "")) { try document.edit([]) }
  }

  @Test func `formats of names refuse what is repeated beyond counting`() {
    #expect(throws: CheckpointError(.limit, "")) { _ = try FlatDocument(doubling(60)) }
  }

  @Test func `a listing says that it was cut, and so does a tree`() throws {
    #expect(try doubling(60).listing().notes?.count == 1)
    #expect(try doubling(60).tree().notes?.count == 1)
    #expect(try doubling(8).listing().notes == nil)
  }

  @Test func `leaves are told as children tell them`() {
    var document = Document(nodes: [.none, .list([]), .global(GlobalName("torch", "Size")), .int(3)])
    let sizes = document.add(.tuple([NodeID(3)]))
    let arguments = document.add(.tuple([sizes]))
    let size = document.add(.object(OpaqueObject(form: .reduce, callee: NodeID(2), arguments: arguments)))
    let empty = document.add(.mapping(Mapping(kind: .dict, entries: [])))
    let state = document.add(.mapping(Mapping(kind: .dict, entries: [.init(key: NodeID(3), value: size)])))
    _ = document.add(.mapping(Mapping(kind: .orderedDict, entries: [], attributes: state)))
    _ = document.add(.mapping(Mapping(kind: .orderedDict, entries: [], attributes: empty)))
    _ = document.add(
      .object(OpaqueObject(form: .newobj, callee: NodeID(2), arguments: document.add(.tuple([])))))
    _ = document.add(.object(OpaqueObject(form: .persistent, callee: NodeID(3))))
    for index in document.nodes.indices {
      #expect(document.isLeaf(NodeID(index)) == document.children(of: NodeID(index)).isEmpty, "\(index)")
    }
  }

  @Test func `a key of tuples of tuples is written up to a bound`() {
    var document = Document(nodes: [.string("y")])
    for index in 0..<5 { _ = document.add(.tuple([NodeID](repeating: NodeID(index), count: 63))) }
    #expect(document.keyText(NodeID(5)).count < 2000)
  }

  @Test func `a tuple as a key names what is short in it, and long parts by their types`() {
    var document = Document(nodes: [.string("a"), .int(1)])
    let long = document.add(.string(Text(String(repeating: "x", count: 100_000))))
    let bytes = document.add(.bytes([UInt8](repeating: 7, count: 100_000)))
    let integer = document.add(.long([UInt8](repeating: 0x7F, count: 2000)))
    let key = document.add(.tuple([long, bytes, integer, NodeID(0), NodeID(1)]))
    #expect(document.keyText(key) == "(<str>, <bytes>, <int>, a, 1)")
    // As a key of its own it has its whole name.
    #expect(document.keyText(long).count == 100_000)
    #expect(document.keyText(bytes).count == 400_003)
  }

  @Test func `a repr cuts long parts before it quotes them`() {
    var document = Document(nodes: [.int(1)])
    let long = document.add(.string(Text(String(repeating: "\u{e9}", count: 1000))))
    let key = document.add(.tuple([NodeID(0), long]))
    let repr = PythonRepr(key, in: document, limit: 101)
    #expect(!repr.isWhole)
    #expect(repr.text == "(1, '" + String(repeating: "\u{e9}", count: 50) + "'...")
    #expect(
      PythonRepr(long, in: document, limit: 101).text
        == PythonRepr.of(Text(String(repeating: "\u{e9}", count: 1000)), limit: 101))
  }

  @Test func `what leads to a node is found for all nodes at once`() {
    var document = Document(nodes: [.int(1), .string("a")])
    let inner = document.add(.list([NodeID(0)]))
    let other = document.add(.list([NodeID(1)]))
    let outer = document.add(.tuple([inner, other, inner]))
    // One that holds itself.
    let own = NodeID(document.nodes.count)
    _ = document.add(.list([own, other]))
    let leads = document.leading(to: { $0 == NodeID(0) }) { document.parts(of: $0) }
    #expect(document.nodes.indices.filter { leads[$0] }.map { NodeID($0) } == [NodeID(0), inner, outer])
  }
}
