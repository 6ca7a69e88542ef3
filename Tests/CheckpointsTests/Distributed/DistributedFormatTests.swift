// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct DistributedFormatTests {
  private struct Sample {
    var document = Document()

    mutating func tensor(_ values: [UInt8]) -> NodeID {
      let storage = document.add(Storage(name: "data/0", byteCount: values.count, bytes: .memory(values)))
      return document.add(.tensor(TensorRecord(dtype: .uint8, shape: [values.count], storage: storage)))
    }

    mutating func dict(_ entries: [(Node, NodeID)], _ kind: Mapping.Kind = .dict) -> NodeID {
      let entries = entries.map { Mapping.Entry(key: document.add($0.0), value: $0.1) }
      return document.add(.mapping(Mapping(kind: kind, entries: entries)))
    }

    mutating func add(_ node: Node) -> NodeID { document.add(node) }
  }

  private func failure(_ document: Document) -> CheckpointError? {
    do throws(CheckpointError) { _ = try OutputPlan(document, as: .dcp) } catch { return error }
    return nil
  }

  @Test func `dicts and lists are taken apart as PyTorch does, empty dicts stay`() throws {
    var sample = Sample()
    let plain = sample.add(.list([sample.add(.int(1)), sample.add(.list([]))]))
    let deep = sample.add(.list([sample.add(.list([sample.tensor([3])])), sample.add(.int(5))]))
    let pair = sample.add(.tuple([sample.tensor([4])]))
    let empty = sample.dict([])
    let counts = sample.dict([
      (.int(7), sample.tensor([1, 2])), (.none, empty), (.bool(true), sample.add(.none)),
    ])
    sample.document.root = sample.dict([
      (.string("plain"), plain), (.string("deep"), deep), (.string("pair"), pair),
      (.string("counts"), counts),
      (.string("odd/key"), sample.tensor([9])),
    ])
    let items = try DistributedItems(sample.document)
    #expect(
      items.items.map(\.name)
        == ["plain", "deep.0.0", "deep.1", "pair", "counts.7", "counts.None", "counts.True", "odd/key"])
    #expect(items.rekeyed == ["counts"])
    let folder = try TemporaryFolder()
    let plan = try OutputPlan(sample.document, as: .dcp)
    #expect(plan.summary.files == ["__0_0.distcp", ".metadata"])
    #expect(plan.summary.tensors == 4)
    try plan.write(to: folder("d"))
    #expect(
      try File.bytes(at: folder("d/__0_0.distcp")).count + File.bytes(at: folder("d/.metadata")).count
        == plan.summary.bytes)
    let again = try Checkpoint.open(folder("d"))
    let (before, after) = (try sample.document.listing(hashing: true), try again.listing(hashing: true))
    #expect(after.tensors.map(\.path) == before.tensors.map(\.path))
    #expect(after.tensors.map(\.sha256) == before.tensors.map(\.sha256))
    #expect(after.values.map(\.path) == before.values.map(\.path))
    #expect(after.values.map(\.type) == before.values.map(\.type))
  }

  @Test func `every item is a sound torch zip at its place`() throws {
    let document = try Checkpoint.open(Fixtures.path("dcp/nested"))
    let folder = try TemporaryFolder()
    try OutputPlan(document, as: .dcp).write(to: folder("d"))
    let metadata = try DistributedMetadata(File.bytes(at: folder("d/.metadata")))
    let file = try InputFile(path: folder("d/__0_0.distcp"))
    #expect(metadata.blobs.count == metadata.entries.count)
    var end = 0
    for blob in metadata.blobs.values.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      #expect(blob.range.lowerBound == end)
      end = blob.range.upperBound
      let complaints = SecondOpinion.complaints(on: try InputFile(blob.range, of: file))
      #expect(complaints.isEmpty, "\(complaints)")
    }
    #expect(end == file.size)
  }

  @Test func `what is lost is said`() throws {
    var sample = Sample()
    let tied = sample.tensor([1])
    guard case .tensor(var parameter) = sample.document[tied] else { throw CheckpointError(.corrupt, "") }
    parameter.isParameter = true
    parameter.requiresGrad = true
    let other = sample.add(.tensor(parameter))
    sample.document.root = sample.dict([(.string("a"), tied), (.string("b"), other)], .orderedDict)
    #expect(
      try OutputPlan(sample.document, as: .dcp).summary.notes == [
        "dicts come back plain: no OrderedDict, no `_metadata`",
        "2 tensors share storage; each gets bytes of its own",
        "1 tensor comes back without requires_grad, and parameters as plain tensors",
      ])
  }

  @Test func `what cannot be a distributed checkpoint is refused`() throws {
    var list = Sample()
    list.document.root = list.add(.list([list.tensor([1])]))
    #expect(failure(list.document)?.reason.hasPrefix("a distributed checkpoint is a dict at its top") == true)

    var alike = Sample()
    let inner = alike.dict([(.string("b"), alike.tensor([1]))])
    alike.document.root = alike.dict([(.string("a.b"), alike.tensor([2])), (.string("a"), inner)])
    #expect(failure(alike.document)?.code == .collision)
    #expect(failure(alike.document)?.location.key == "a.b")

    var keyed = Sample()
    keyed.document.root = keyed.dict([(.float(1), keyed.tensor([1]))])
    #expect(failure(keyed.document)?.code == .unrepresentable)

    var cyclic = Sample()
    let dict = cyclic.dict([(.string("x"), cyclic.tensor([1]))])
    guard case .mapping(var mapping) = cyclic.document[dict] else { throw CheckpointError(.corrupt, "") }
    mapping.entries.append(.init(key: cyclic.add(.string("self")), value: dict))
    cyclic.document[dict] = .mapping(mapping)
    cyclic.document.root = dict
    #expect(failure(cyclic.document)?.reason == "a dict holds itself")

    var empty = Sample()
    empty.document.root = empty.dict([])
    #expect(failure(empty.document)?.code == .emptyResult)
  }

  @Test func `lists within lists by the thousand, and dicts shared a thousandfold, end soon`() throws {
    var deep = Sample()
    var node = deep.add(.int(1))
    for _ in 0..<20_000 { node = deep.add(.list([node])) }
    deep.document.root = deep.dict([(.string("x"), node)])
    #expect(try DistributedItems(deep.document).items.map(\.name) == ["x"])

    var bomb = Sample()
    node = bomb.tensor([1])
    for _ in 0..<40 { node = bomb.dict([(.string("a"), node), (.string("b"), node)]) }
    bomb.document.root = node
    #expect(throws: CheckpointError(.limit, "")) { try DistributedItems(bomb.document, largestCount: 10_000) }
  }
}
