// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct LegacyFormatTests {
  private func document(_ tensors: [(Text, TensorRecord)], storages: Int = 1) -> Document {
    var document = Document()
    for number in 0..<storages {
      let bytes = (0..<24).map { UInt8($0 + 24 * (number % 8)) }
      _ = document.add(Storage(name: "\(number)", byteCount: 24, bytes: .memory(bytes)))
    }
    var entries: OrderedDictionary<Text, NodeID> = [:]
    for (name, tensor) in tensors { entries[name] = document.add(.tensor(tensor)) }
    document.root = document.add(.stateDict(StateDict(kind: .orderedDict, entries: entries)))
    return document
  }

  private func tensor(
    _ dtype: DType = .float32, _ shape: [Int] = [2, 3], strides: [Int]? = nil, offset: Int = 0,
    storage: Int = 0
  ) -> TensorRecord {
    TensorRecord(dtype: dtype, shape: shape, strides: strides, offset: offset, storage: StorageID(storage))
  }

  @Test func `the stream begins and ends as PyTorch's does`() throws {
    let folder = try TemporaryFolder()
    let plan = try OutputPlan(document([("x", tensor())]), as: .torchLegacy)
    try plan.write(to: folder("a.pt"))
    let bytes = try File.bytes(at: folder("a.pt"))
    #expect(bytes.count == plan.summary.bytes)
    let start: [UInt8] = [
      0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
      0x80, 2, 0x4D, 0xE9, 3, 0x2E,
    ]
    #expect(bytes.starts(with: start))
    #expect(Array(bytes.suffix(32)) == [6, 0, 0, 0, 0, 0, 0, 0] + (0..<24).map { UInt8($0) })
  }

  @Test func `ties, views and order come back, and bytes are the same each time`() throws {
    let folder = try TemporaryFolder()
    let before = document(
      [
        ("a", tensor()), ("turned", tensor(strides: [1, 2])), ("scalar", tensor(.float32, [], offset: 5)),
        ("none", tensor(.float32, [0, 4])), ("other", tensor(.int64, [3], storage: 1)),
      ], storages: 2)
    try OutputPlan(before, as: .torchLegacy).write(to: folder("a.pt"))
    try OutputPlan(before, as: .torchLegacy).write(to: folder("b.pt"))
    #expect(try File.bytes(at: folder("a.pt")) == File.bytes(at: folder("b.pt")))
    let after = try Checkpoint.open(folder("a.pt"))
    #expect(after.source?.format == .torchLegacy)
    let listings = try (before.listing(hashing: true), after.listing(hashing: true))
    #expect(listings.0.tensors.map(\.path) == listings.1.tensors.map(\.path))
    #expect(listings.0.tensors.map(\.sha256) == listings.1.tensors.map(\.sha256))
    #expect(listings.0.tensors.map(\.strides) == listings.1.tensors.map(\.strides))
    #expect(listings.0.tensors.map(\.sharesWith) == listings.1.tensors.map(\.sharesWith))
  }

  @Test func `more storages than ten are sorted as text, in the list and behind it`() throws {
    let folder = try TemporaryFolder()
    let many = document((0..<12).map { ("x\($0)", tensor(storage: $0)) }, storages: 12)
    let plan = try OutputPlan(many, as: .torchLegacy)
    let keys: [Text] = ["0", "1", "10", "11", "2", "3", "4", "5", "6", "7", "8", "9"]
    #expect(plan.summary.members.map(\.name) == ["pickles"] + keys)
    try plan.write(to: folder("a.pt"))
    let stream = try LegacyStream(InputFile(path: folder("a.pt")))
    #expect(stream.storages.map(\.reference.key) == keys)
    let bytes = try File.bytes(at: folder("a.pt"))
    for (member, storage) in zip(plan.summary.members.dropFirst(), stream.storages) {
      #expect(member.offset == storage.range.lowerBound)
      #expect(bytes[storage.range].first == UInt8(24 * ((Int(member.name.shown) ?? 0) % 8)))
    }
  }

  @Test func `one storage under two types is refused with both`() {
    let views = document([("a", tensor()), ("b", tensor(.int32))])
    let error = #expect(throws: CheckpointError(.unrepresentable, "")) {
      try OutputPlan(views, as: .torchLegacy)
    }
    #expect(error?.location.key == "b")
    #expect(error?.reason.contains("float32") == true)
    #expect(error?.hint?.contains("untie") == true)
  }

  @Test func `a lazy view is noted`() throws {
    var view = tensor(.complex64, [3])
    view.isConjugate = true
    let plan = try OutputPlan(document([("c", view), ("d", view)]), as: .torchLegacy)
    #expect(plan.summary.notes?.first?.hasPrefix("`c` and 1 more: ") == true)
  }
}
