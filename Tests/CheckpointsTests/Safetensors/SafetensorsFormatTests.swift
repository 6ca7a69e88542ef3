// SPDX-License-Identifier: Apache-2.0
import Foundation
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct SafetensorsFormatTests {
  /// Writes a document as safetensors and reads it back.
  private func again(
    _ document: Document, options: OutputPlan.Options = .init()
  ) throws -> Document {
    let folder = try TemporaryFolder()
    try OutputPlan(document, as: .safetensors, options: options).write(to: folder("a.safetensors"))
    return try Checkpoint.open(folder("a.safetensors"))
  }

  private func refusal(_ document: Document) -> CheckpointError? {
    #expect(throws: CheckpointError(.unrepresentable, "")) {
      try OutputPlan(document, as: .safetensors)
    }
  }

  private struct Expected: Decodable {
    var dtype: String
    var shape: [Int]
    var sha256: String
  }

  @Test(arguments: ["small", "dtypes"]) func `the reference's files read as the reference says`(name: String)
    throws
  {
    let all = try JSONDecoder().decode(
      [String: [String: Expected]].self, from: Data(Fixtures.bytes("safetensors/expected.json")))
    let expected = try #require(all[name])
    let document = try Checkpoint.open(Fixtures.path("safetensors/\(name).safetensors"))
    let listing = try document.listing(hashing: true)
    #expect(listing.format == "safetensors")
    #expect(listing.tensors.count == expected.count)
    for tensor in listing.tensors {
      let truth = try #require(expected[tensor.path.shown])
      #expect(tensor.dtype == truth.dtype)
      #expect(tensor.shape == truth.shape)
      #expect(tensor.sha256 == truth.sha256)
    }
  }

  @Test(arguments: ["small", "dtypes"]) func `a file goes out as it came, all of it copied`(name: String)
    throws
  {
    let folder = try TemporaryFolder()
    let path = try Fixtures.path("safetensors/\(name).safetensors")
    let plan = try OutputPlan(Checkpoint.open(path), as: .safetensors)
    #expect(plan.summary.members.dropFirst().allSatisfy { $0.origin == .copy })
    try plan.write(to: folder("a.safetensors"))
    let data = try Checkpoint.open(path).listing(hashing: true).tensors
    let after = try Checkpoint.open(folder("a.safetensors")).listing(hashing: true)
    #expect(after.tensors.map(\.path) == data.map(\.path))
    #expect(after.tensors.map(\.sha256) == data.map(\.sha256))
    if name == "small" {
      #expect(after.values.map(\.path) == [".__metadata__/trained_on"])
      #expect(
        try File.bytes(at: folder("a.safetensors")).count
          == Fixtures.bytes("safetensors/small.safetensors").count)
    }
  }

  @Test func `order, kinds, integer keys, ties, versions and plain leaves come back`() throws {
    let sample = Sample.dict([
      "model": .state(
        [
          "z.weight": .view("w", [2, 3]), "a.weight": .view("w", [2, 3]),
          "row": .view("w", [3], offset: 3, storageCount: 6), "scalar": .tensor([]),
          "none": .tensor([0, 4], .int64),
        ], metadata: ["", "z"]),
      "opt": .list([.int(1), .float(0.1), .float(.infinity), .none, .tuple([.string("a\"b"), .int(-5)])]),
    ])
    var document = sample.document
    guard case .mapping(var root) = document[document.root] else {
      throw CheckpointError(.corrupt, "no dict")
    }
    let surrogate = try #require(Text(utf8: [0xED, 0xA0, 0x80]))
    let extras: [(Node, Node)] = [
      (.int(0), .long([UInt8](repeating: 0x7F, count: 12))),
      (.none, .float(Double(bitPattern: 0x7FF8_0000_0000_00AB))),
      (.bool(true), .bytes([0, 255])), (.float(2.5), .string(surrogate)),
      (.string("float"), .float(-0.0)), (.string("set"), .frozenset([document.add(.int(3))])),
      (.string("counter"), .mapping(.init(kind: .counter, entries: []))),
      (.string("dtype"), .global(GlobalName("torch", "float16"))),
    ]
    for (key, value) in extras {
      root.entries.append(.init(key: document.add(key), value: document.add(value)))
    }
    let list = document.add(.list([]))
    document[list] = .list([list])
    root.entries.append(.init(key: document.add(.string("self")), value: list))
    document[document.root] = .mapping(root)
    let folder = try TemporaryFolder()
    let byName = OutputPlan.Options(keepsOpaque: true)
    try OutputPlan(document, options: byName).write(to: folder("before.pth"))
    try OutputPlan(again(document), options: byName).write(to: folder("after.pth"))
    #expect(try File.bytes(at: folder("before.pth")) == File.bytes(at: folder("after.pth")))
    let restored = try again(document)
    let row = try #require(restored.tensor("model/row"))
    #expect(row.storage == restored.tensor("model/z.weight")?.storage)
    #expect(row.offset == 3)
    #expect(restored.node(at: .init("model/row")) != restored.node(at: .init("model/z.weight")))
  }

  @Test func `the entry is written only where something would be lost`() throws {
    let plain = Sample.state(["a": .tensor([2]), "b": .tensor([1])], kind: .dict).document
    #expect(try SafetensorsContents(plain).metadata == ["format": "pt"])
    let ordered = Sample.state(["a": .tensor([2]), "b": .tensor([1])]).document
    #expect(try SafetensorsContents(ordered).metadata[RestoringEntry.key] != nil)
    let other = Sample.state(["b": .tensor([2]), "a": .tensor([1])], kind: .dict).document
    #expect(try SafetensorsContents(other).metadata[RestoringEntry.key] != nil)
    #expect(try again(other).keys() == ["b", "a"])
  }

  @Test(arguments: [
    DType.complex128, .complex32, .bcomplex32, .qint8, .quint8, .qint32, .quint4x2, .quint2x4, .bits8,
    .bits16, .bits1x8,
    .bits2x4, .bits4x2,
  ]) func `types that safetensors has not are refused by key`(dtype: DType) throws {
    let error = refusal(Sample.dict(["m": .state(["a": .tensor([2], dtype)])]).document)
    #expect(error?.reason == "safetensors has no data type for \(dtype)")
    #expect(error?.location.key == "m/a")
  }

  @Test func `sparse tensors, a name that is none, and keys equal as text are refused`() throws {
    let sparse = Sample.dict([
      "s": .call(
        GlobalName("torch._utils", "_rebuild_sparse_tensor"),
        [.tuple([.tensor([1, 2], .int64), .tensor([2])])])
    ])
    #expect(refusal(sparse.document)?.location.key == "s")
    #expect(refusal(Sample.state(["__metadata__": .tensor([1])]).document)?.hint == "`rename` it")
    var document = Sample.dict(["1": .tensor([1])]).document
    guard case .mapping(var root) = document[document.root] else {
      throw CheckpointError(.corrupt, "no dict")
    }
    root.entries.append(.init(key: document.add(.int(1)), value: root.entries[0].value))
    document[document.root] = .mapping(root)
    #expect(throws: CheckpointError(.collision, "")) { try OutputPlan(document, as: .safetensors) }
  }

  @Test func `ties: the first name that covers the storage is kept, otherwise they are refused`() throws {
    let whole = Sample.state([
      "b": .view("w", [2, 2]), "a": .view("w", [2], offset: 1), "z": .view("w", [4]),
    ]).document
    let plan = try OutputPlan(whole, as: .safetensors)
    #expect(plan.summary.members.map(\.name) == ["header", "b"])
    let error = refusal(
      Sample.state(["a": .view("w", [3], storageCount: 5), "b": .view("w", [3], offset: 2)]).document)
    #expect(
      error?.reason
        == "`a` and `b` share memory, and none of them covers the whole storage; safetensors has no views")
    #expect(error?.location.key == "a")
    let apart = Sample.state(["a": .view("w", [3], storageCount: 6), "b": .view("w", [3], offset: 3)])
      .document
    #expect(try OutputPlan(apart, as: .safetensors).summary.tensors == 2)
  }

  @Test func `values that have no place are listed, and go only when asked`() throws {
    let sample = Sample.dict([
      "w": .tensor([2]), "args": .object(GlobalName("argparse", "Namespace"), ["lr": .float(0.1)]),
      "list": .list([.int(1), .global(GlobalName("os", "system"))]),
    ]).document
    let error = refusal(sample)
    #expect(error?.reason == "safetensors has no place for what is no tensor: `args` and `list/1`")
    let plan = try OutputPlan(sample, as: .safetensors, options: .init(dropsValues: true))
    #expect(plan.summary.droppedValues == ["args", "list/1"])
    let after = try again(sample, options: .init(dropsValues: true)).listing()
    #expect(after.values.map(\.path) == ["list/0", "list/1"])
  }
}

extension SafetensorsFormatTests {
  @Test func `new names for a large file leave its data in step with pages, and one copy moves it`() throws {
    let folder = try TemporaryFolder()
    let count = 1 << 20
    var header = #"{"a":{"dtype":"U8","shape":[\#(count)],"data_offsets":[0,\#(count)]}}"#
    while header.utf8.count % 8 != 0 { header += " " }
    try File.write(HeaderTests.file(header, data: count), to: folder("a.safetensors"))
    var document = try Checkpoint.open(folder("a.safetensors"))
    try document.edit("rename a a.longer.name")
    let plan = try OutputPlan(document, as: .safetensors)
    let start = try #require(plan.summary.members.last?.offset)
    let before = 8 + header.utf8.count
    #expect((start - before).isMultiple(of: 4096))
    try plan.write(to: folder("b.safetensors"))
    let again = try Checkpoint.open(folder("b.safetensors"))
    #expect(again.keys() == ["a.longer.name"])
    #expect(
      try File.bytes(at: folder("b.safetensors")).suffix(count) == Array(repeating: 7, count: count)[...])
  }
}
