// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

@Suite struct TorchEncoderTests {
  private func pickle(_ document: Document, keepOpaque: Bool = false) throws(CheckpointError) -> [UInt8] {
    let storages = StorageLayout(document, tensors: Reachable(document).tensors)
    var encoder = TorchEncoder(document, storages, keepOpaque: keepOpaque)
    return try encoder.encode()
  }

  private func encodeAndRead(_ document: Document) throws(CheckpointError) -> PickleGraph {
    try PickleMachine.run(pickle(document))
  }

  @Test func `a million nested lists go out and come back`() throws {
    var document = Document()
    var inner = document.add(.list([]))
    for _ in 1..<1_000_000 { inner = document.add(.list([inner])) }
    document.root = inner
    var graph = try encodeAndRead(document)
    var depth = 0
    while case .list(let items) = graph[graph.root] {
      depth += 1
      guard let next = items.first else { break }
      graph.root = next
    }
    #expect(depth == 1_000_000)
  }

  @Test func `a list that holds itself stays so, a tuple that does is refused`() throws {
    var document = Document()
    let list = document.add(.list([]))
    document[list] = .list([list])
    document.root = list
    let graph = try encodeAndRead(document)
    guard case .list(let items) = graph[graph.root] else { throw CheckpointError(.corrupt, "no list") }
    #expect(items == [graph.root])

    let tuple = document.add(.tuple([]))
    document[tuple] = .tuple([tuple])
    document.root = tuple
    #expect(throws: CheckpointError(.unrepresentable, "")) { try pickle(document) }
  }

  @Test func `what two places share is written once and stays shared`() throws {
    var document = Document()
    let shared = document.add(.list([document.add(.int(1))]))
    document.root = document.add(.tuple([shared, shared]))
    let graph = try encodeAndRead(document)
    guard case .tuple(let items) = graph[graph.root] else { throw CheckpointError(.corrupt, "no tuple") }
    #expect(items[0] == items[1])
  }

  @Test(arguments: [
    0, 1, 255, 256, 65535, 65536, -1, Int(Int32.max), Int(Int32.min), Int(Int32.max) + 1, .max, .min,
  ])
  func `integers of every width`(_ value: Int) throws {
    var document = Document()
    document.root = document.add(.int(Int64(value)))
    let graph = try encodeAndRead(document)
    guard case .int(let read) = graph[graph.root] else { throw CheckpointError(.corrupt, "no int") }
    #expect(Int(read) == value)
  }

  @Test func `a dict of 2501 keys goes out in batches of 1000, as CPython's does`() throws {
    var document = Document()
    let entries = (0..<2501).map { number in
      Mapping.Entry(key: document.add(.int(Int64(number))), value: document.add(.none))
    }
    document.root = document.add(.mapping(Mapping(kind: .dict, entries: entries)))
    let bytes = try pickle(document)
    #expect(bytes.count { $0 == UInt8(ascii: "u") } >= 3)
    let graph = try PickleMachine.run(bytes)
    guard case .dict(let pairs) = graph[graph.root] else { throw CheckpointError(.corrupt, "no dict") }
    #expect(pairs.count == 2501)
  }

  @Test func `only opcodes that weights_only takes are used`() throws {
    var document = Document()
    let storage = document.add(Storage(name: "data/0", byteCount: 2, bytes: .memory([0, 0])))
    let parts: [Node] = [
      .none, .bool(true), .int(-5), .long([UInt8](repeating: 0x7F, count: 20)), .float(0.5), .string("é"),
      .bytes([0, 128, 255]), .bytearray([1]), .set([]), .frozenset([]),
      .mapping(.init(kind: .counter, entries: [])),
      .tensor(
        TensorRecord(dtype: .uint16, shape: [1], storage: storage, requiresGrad: true, isParameter: true)),
      .tensor(TensorRecord(dtype: .float8_e4m3fn, shape: [2], storage: storage)),
    ]
    document.root = document.add(.list(parts.map { document.add($0) }))
    let bytes = try pickle(document)
    _ = try PickleMachine.run(bytes)
    #expect(!PickleExamination(.memory(bytes)).names.isEmpty)
  }
}
