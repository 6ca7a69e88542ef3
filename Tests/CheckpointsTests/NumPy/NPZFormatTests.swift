// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct NPZFormatTests {
  private func document(_ entries: OrderedDictionary<Text, TensorRecord>, bytes: Int = 96) -> Document {
    var document = Document()
    _ = document.add(
      Storage(name: "0", byteCount: bytes, bytes: .memory((0..<bytes).map { UInt8(truncatingIfNeeded: $0) })))
    var nodes: OrderedDictionary<Text, NodeID> = [:]
    for (name, tensor) in entries { nodes[name] = document.add(.tensor(tensor)) }
    document.root = document.add(.stateDict(StateDict(kind: .orderedDict, entries: nodes)))
    return document
  }

  private func plain(_ shape: [Int] = [2], offset: Int = 0) -> TensorRecord {
    TensorRecord(dtype: .float32, shape: shape, offset: offset, storage: StorageID(0))
  }

  private var sample: Document {
    document([
      "turned": TensorRecord(dtype: .float32, shape: [3, 2], strides: [1, 3], storage: StorageID(0)),
      "wide": TensorRecord(
        dtype: .float32, shape: [2, 4], strides: [1, 0], offset: 7, storage: StorageID(0)),
      "scalar": plain([], offset: 5), "none": plain([0, 4]), "whole": plain([24]),
    ])
  }

  @Test(arguments: [false, true])
  func `what is written has the size that was planned, twice the same bytes, and libzip agrees`(
    _ compresses: Bool
  ) throws {
    let folder = try TemporaryFolder()
    var options = OutputPlan.Options()
    options.compresses = compresses
    let plan = try OutputPlan(sample, as: .npz, options: options)
    try plan.write(to: folder("a.npz"))
    try OutputPlan(sample, as: .npz, options: options).write(to: folder("b.npz"))
    let bytes = try File.bytes(at: folder("a.npz"))
    #expect(bytes == (try File.bytes(at: folder("b.npz"))))
    if !compresses { #expect(bytes.count == plan.summary.bytes) }
    #expect(SecondOpinion.complaints(on: try InputFile(path: folder("a.npz"))).isEmpty)
    #expect(folder.names == ["a.npz", "b.npz"])
    let reader = try NPZReader(folder("a.npz"))
    #expect(reader.names == ["turned", "wide", "scalar", "none", "whole"])
    let words = { (numbers: [Int]) in numbers.flatMap { n in (0..<4).map { UInt8(4 * n + $0) } } }
    #expect(try reader.array("turned").bytes == words([0, 3, 1, 4, 2, 5]))
    #expect(try reader.array("wide").bytes == words([7, 7, 7, 7, 8, 8, 8, 8]))
    #expect(try reader.array("scalar").shape == [])
    #expect(try reader.array("scalar").bytes == words([5]))
    #expect(try reader.array("none").shape == [0, 4])
    #expect(try reader.array("whole").bytes == words(Array(0..<24)))
    if !compresses { #expect(plan.summary.members.allSatisfy { $0.offset % 64 == 0 }) }
  }

  @Test func `the CRC of a member follows from what the input states, and back`() throws {
    let folder = try TemporaryFolder()
    try OutputPlan(document(["x": plain([24])])).write(to: folder("a.pth"))
    let there = try OutputPlan(Checkpoint.open(folder("a.pth")), as: .npz)
    #expect(there.summary.members.map(\.origin) == [.copy])
    try there.write(to: folder("a.npz"))
    let back = try OutputPlan(Checkpoint.open(folder("a.npz")))
    #expect(back.summary.members.first { $0.name == "archive/data/0" }?.origin == .copy)
    try back.write(to: folder("b.pth"))
    for name in ["a.npz", "b.pth"] {
      #expect(SecondOpinion.complaints(on: try InputFile(path: folder(name))).isEmpty)
    }
    #expect(try File.bytes(at: folder("b.pth")).count > 96)
  }

  @Test func `parts' CRCs give the whole's and the rest's`() {
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    for cut in [0, 1, 63, 128, 4999, 5000] {
      let (head, tail) = (CRC32.of(Array(bytes[..<cut])), CRC32.of(Array(bytes[cut...])))
      #expect(CRC32.joined(head, tail, length: bytes.count - cut) == CRC32.of(bytes))
      #expect(CRC32.rest(of: CRC32.of(bytes), after: head, length: bytes.count - cut) == tail)
    }
  }

  @Test(arguments: [
    ("", "an array needs a name"), ("a\u{0}b", "a zip archive has no place for control characters in a name"),
    ("a\nb", "a zip archive has no place for control characters in a name"),
    (String(repeating: "x", count: 65_532), "its name has 65532 bytes; a zip archive has place for 65531"),
  ]) func `names that a zip reader would change are refused`(_ name: String, _ reason: String) {
    let error = #expect(throws: CheckpointError(.unrepresentable, "")) {
      try OutputPlan(document([Text(name): plain()]), as: .npz)
    }
    #expect(error?.reason == reason)
  }

  @Test func `names that numpy would confuse are a collision`() {
    let error = #expect(throws: CheckpointError(.collision, "")) {
      try OutputPlan(document(["x": plain(), "x.npy": plain()]), as: .npz)
    }
    #expect(error?.location.key == "x")
    #expect(throws: Never.self) { try OutputPlan(document(["x.npy": plain()]), as: .npz) }
    var two = Document()
    let storage = two.add(Storage(name: "0", byteCount: 8, bytes: .memory([UInt8](repeating: 0, count: 8))))
    let tensor = two.add(.tensor(TensorRecord(dtype: .float32, shape: [2], storage: storage)))
    let keys = [two.add(.string("1")), two.add(.int(1))]
    two.root = two.add(.mapping(Mapping(kind: .dict, entries: keys.map { .init(key: $0, value: tensor) })))
    #expect(throws: CheckpointError(.collision, "")) { try OutputPlan(two, as: .npz) }
  }

  @Test func `numpy's arrays and scalars go out as they are, in row-major little-endian order`() throws {
    var document = document(["x": plain()])
    func value(_ type: String, _ shape: [Int]?, _ bytes: [UInt8], fortran: Bool = false, big: Bool = false)
      -> NodeID
    {
      document.add(
        .numpy(
          NumpyValue(
            typeName: type, shape: shape, isFortranOrder: fortran, isBigEndian: big, bytes: bytes,
            module: "numpy.core.multiarray")))
    }
    let entries: [(Text, NodeID)] = [
      ("model", document.root), ("columns", value("u1", [2, 3], [1, 2, 3, 4, 5, 6], fortran: true)),
      ("big", value("i2", [2], [0, 1, 2, 3], big: true)), ("best", value("f4", nil, [0, 0, 128, 63])),
      ("text", value("S2", [1], [65, 66])),
    ]
    document.root = document.add(
      .mapping(
        Mapping(kind: .dict, entries: entries.map { .init(key: document.add(.string($0.0)), value: $0.1) })))
    let plan = try OutputPlan(document, as: .npz, options: .init(dropsValues: true))
    #expect(plan.summary.droppedValues == ["text"])
    #expect(
      plan.summary.notes?.contains("numpy's own, read back as tensors: `columns`, `big` and `best`") == true)
    let folder = try TemporaryFolder()
    try plan.write(to: folder("a.npz"))
    let reader = try NPZReader(folder("a.npz"))
    #expect(try reader.array("columns") == NPYArray(.uint8, shape: [2, 3], bytes: [1, 3, 5, 2, 4, 6]))
    #expect(try reader.array("big") == NPYArray(.int16, shape: [2], bytes: [1, 0, 3, 2]))
    #expect(try reader.array("best").floats() == [1])
    #expect(try reader.array("best").shape == [])
  }

  @Test func `a parameter is noted`() throws {
    var weight = plain()
    weight.isParameter = true
    let plan = try OutputPlan(document(["x": weight]), as: .npz)
    #expect(plan.summary.notes == ["`requires_grad` and nn.Parameter stay behind"])
  }

  @Test func `no tensor, too many dimensions, and a giant from a few bytes are refused`() {
    #expect(throws: CheckpointError(.emptyResult, "")) { try OutputPlan(document([:]), as: .npz) }
    let deep = plain([Int](repeating: 1, count: 65))
    #expect(throws: CheckpointError(.unrepresentable, "")) { try OutputPlan(document(["x": deep]), as: .npz) }
    let giant = TensorRecord(dtype: .float32, shape: [1 << 40], strides: [0], storage: StorageID(0))
    let error = #expect(throws: CheckpointError(.limit, "")) {
      try OutputPlan(document(["x": giant]), as: .npz)
    }
    #expect(error?.location.key == "x")
  }

  /// What a small compressed file may claim to hold.
  private struct Claimed: ComputedBytes {
    var byteCount: Int
    var sources: [ByteSource]

    func forEachChunk(
      of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
    ) throws(CheckpointError) { throw CheckpointError(.corrupt, "it was read") }
  }

  @Test func `columns of a bomb are refused before they are unpacked, rows pass through`() throws {
    let file = try InputFile(path: Fixtures.path("numpy/deflated.npz"))
    let bytes = Claimed(byteCount: 1 << 40, sources: [.file(file, 0..<file.size, crc32: nil)])
    var document = Document()
    let storage = document.add(Storage(name: "x.npy", byteCount: 1 << 40, bytes: .computed(bytes)))
    var tensor = TensorRecord(dtype: .uint8, shape: [1 << 20, 1 << 20], storage: storage)
    let node = document.add(.tensor(tensor))
    document.root = document.add(.stateDict(StateDict(kind: .dict, entries: ["x": node])))
    #expect(throws: Never.self) { try OutputPlan(document, as: .npz) }
    tensor.strides = [1, 1 << 20]
    document[node] = .tensor(tensor)
    let error = #expect(throws: CheckpointError(.limit, "")) { try OutputPlan(document, as: .npz) }
    #expect(error?.location.key == "x")
    let elements = RowMajorBytes(document[storage].bytes, tensor)
    #expect(throws: CheckpointError(.limit, "")) { try ByteSource.computed(elements).read(0..<1) }
  }

  @Test func `what arrays do not keep is noted, leaves are refused until they may go`() throws {
    var nested = document(["a": plain(), "b": plain(offset: 1)])
    guard case .stateDict(var state) = nested[nested.root] else { throw CheckpointError(.corrupt, "no dict") }
    state.metadata = ["": nested.add(.none)]
    let weights = nested.add(.stateDict(state))
    let entries: [(Text, NodeID)] = [("model", weights), ("epoch", nested.add(.int(3)))]
    nested.root = nested.add(
      .mapping(
        Mapping(kind: .dict, entries: entries.map { .init(key: nested.add(.string($0.0)), value: $0.1) })))
    let error = #expect(throws: CheckpointError(.unrepresentable, "")) { try OutputPlan(nested, as: .npz) }
    #expect(error?.reason.contains("epoch") == true)
    let plan = try OutputPlan(nested, as: .npz, options: .init(dropsValues: true))
    #expect(plan.summary.members.map(\.name) == ["model/a.npy", "model/b.npy"])
    #expect(plan.summary.droppedValues == ["epoch"])
    #expect(
      plan.summary.notes == [
        "written out each, since npz has no ties: `model/b`",
        "names are paths: read back, it is one flat dict",
        "`_metadata`, the versions of modules, stays behind",
      ])
  }

  #if DEBUG
    @Test(arguments: Kernel.Call.allCases)
    func `whichever system call fails under libzip, no partial file is left`(_ call: Kernel.Call) throws {
      let folder = try TemporaryFolder()
      try OutputPlan(sample).write(to: folder("in.pth"))
      var options = OutputPlan.Options()
      options.compresses = true
      for number in 1...400 {
        let fault = KernelFault(call, number: number, errorNumber: 28)
        var failure: CheckpointError?
        do {
          try KernelFault.$current.withValue(fault) {
            try OutputPlan(try Checkpoint.open(folder("in.pth")), as: .npz, options: options).write(
              to: folder("out.npz"), replacing: true)
          }
        } catch let error as CheckpointError { failure = error }
        if failure != nil { #expect(folder.names.allSatisfy { $0 == "in.pth" || $0 == "out.npz" }) }
        #expect(failure?.reason.contains("libzip") != true, "the cause is told: \(failure as Any)")
        if !fault.struck { return }
      }
      Issue.record("\(call) is still called after 400 failures")
    }
  #endif
}
