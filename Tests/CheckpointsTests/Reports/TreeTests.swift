// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import Testing

@testable import Checkpoints

@Suite struct TreeTests {
  /// A state dict of float32 tensors of these shapes.
  private func document(_ shapes: KeyValuePairs<Text, [Int]>) -> Document {
    var document = Document()
    var entries: OrderedDictionary<Text, NodeID> = [:]
    for (key, shape) in shapes {
      let count = shape.reduce(4, *)
      let bytes = ByteSource.memory([UInt8](repeating: 0, count: count))
      let storage = document.add(Storage(name: "data/0", byteCount: count, bytes: bytes))
      entries[key] = document.add(.tensor(TensorRecord(dtype: .float32, shape: shape, storage: storage)))
    }
    document.root = document.add(.stateDict(StateDict(kind: .dict, entries: entries)))
    return document
  }

  private func names(_ parts: [TreeReport.Item]?) -> [Text] { (parts ?? []).map(\.name) }

  @Test func `blocks of one structure are shown once, in the order of their numbers`() throws {
    let tree = try document([
      "a.10.w": [2, 3], "a.2.w": [2, 3], "a.1.w": [2, 3], "a.0.w": [9], "a.9.w": [2, 3], "a.3.w": [2, 4],
    ]).tree()
    let a = try #require(tree.root.parts?.first)
    #expect(names(a.parts) == ["0", "{1..2}", "3", "{9..10}"])
    #expect(a.parts?[1].copies == 2)
    #expect(a.parts?[1].bytes == 48)
    #expect(a.parts?[1].parts?.first?.shape == [2, 3])
    #expect(a.parts?[1].parts?.first?.path == "a.1.w")
    #expect(a.bytes == 4 * (9 + 8 + 4 * 6))
  }

  @Test func `many siblings that differ in shape alone are shown once, without a shape`() throws {
    let tree = try document([
      "0.w": [1], "1.w": [2], "2.w": [3], "3.w": [4], "4.w": [5], "5.w": [6], "6.w": [7], "7.w": [8],
      "8.w": [9],
    ]).tree()
    #expect(names(tree.root.parts) == ["{0..8}"])
    #expect(tree.root.parts?.first?.shapesDiffer == true)
    #expect(tree.root.parts?.first?.parts?.first?.shape == nil)
    #expect(tree.root.bytes == 4 * 45)
  }

  @Test func `chains of prefixes are one level, and a key may be a prefix of another`() throws {
    let tree = try document(["m.n.w": [1], "m.n.b": [1], "x": [1], "x.y": [1]]).tree()
    #expect(names(tree.root.parts) == ["m.n", "x", "x"])
    #expect(tree.root.parts?[0].path == "m.n")
    #expect(names(tree.root.parts?[2].parts) == ["y"])
  }

  @Test func `what lies too deep is cut, and counted`() throws {
    let tree = try document(["a.b": [2], "a.c.d": [3]]).tree(depth: 1)
    #expect(tree.root.parts?.first?.isCut == true)
    #expect(tree.root.parts?.first?.bytes == 20)
    #expect(throws: CheckpointError(.wrongWords, "")) { try document(["a": [1]]).tree(depth: 65) }
  }

  @Test func `lists 200,000 deep are drawn as deep as trees go`() throws {
    var document = Document(nodes: [.int(7)])
    for index in 0..<200_000 { document.root = document.add(.list([NodeID(index)])) }
    var branch = try document.tree().root
    var depth = 0
    while let part = branch.parts?.first {
      branch = part
      depth += 1
    }
    #expect(depth == Document.largestTreeDepth)
    #expect(branch.isCut == true)
  }

  @Test func `lists that share their parts do not grow without bound`() throws {
    var document = Document(nodes: [.int(7)])
    for index in 0..<60 { document.root = document.add(.list([NodeID(index), NodeID(index)])) }
    // The second of two equal lists may have been left out when the limit was reached.
    #expect([["{0..1}"], ["0", "1"]].contains(names(try document.tree(depth: 3).root.parts)))
  }
}
