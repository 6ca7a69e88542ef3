// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct OutputPlanTests {
  /// A state dict with a tied pair, a view, a 0-d and an empty tensor.
  private func sample() -> Document {
    var document = Document()
    let weights = document.add(
      Storage(name: "data/0", byteCount: 24, bytes: .memory((0..<24).map { UInt8($0) })))
    let empty = document.add(Storage(name: "data/1", byteCount: 0, bytes: .memory([])))
    let shared = document.add(.tensor(TensorRecord(dtype: .float32, shape: [2, 3], storage: weights)))
    let view = document.add(
      .tensor(TensorRecord(dtype: .float32, shape: [3, 2], strides: [1, 3], storage: weights)))
    let scalar = document.add(.tensor(TensorRecord(dtype: .float32, shape: [], offset: 5, storage: weights)))
    let none = document.add(.tensor(TensorRecord(dtype: .int64, shape: [0, 4], storage: empty)))
    let version = document.add(
      .mapping(
        Mapping(
          kind: .dict,
          entries: [.init(key: document.add(.string("version")), value: document.add(.int(1)))])))
    document.root = document.add(
      .stateDict(
        StateDict(
          kind: .orderedDict,
          entries: ["a.weight": shared, "b.weight": shared, "c": view, "d": scalar, "e": none],
          metadata: ["": version])))
    return document
  }

  @Test func `what is written reads back the same, libzip agrees, and twice gives the same bytes`() throws {
    let folder = try TemporaryFolder()
    let plan = try OutputPlan(sample())
    try plan.write(to: folder("one.pth"))
    try OutputPlan(sample()).write(to: folder("two.pth"))
    let bytes = try File.bytes(at: folder("one.pth"))
    #expect(bytes == (try File.bytes(at: folder("two.pth"))))
    #expect(bytes.count == plan.summary.bytes)
    let complaints = SecondOpinion.complaints(on: try InputFile(path: folder("one.pth")))
    #expect(complaints.isEmpty, "\(complaints)")
    let again = try Checkpoint.open(folder("one.pth"))
    let before = try sample().listing(hashing: true)
    let after = try again.listing(hashing: true)
    #expect(after.tensors.map(\.path) == before.tensors.map(\.path))
    #expect(after.tensors.map(\.sha256) == before.tensors.map(\.sha256))
    #expect(after.tensors.map(\.strides) == before.tensors.map(\.strides))
    #expect(after.tensors.map(\.sharesWith) == before.tensors.map(\.sharesWith))
    guard case .stateDict(let state) = again[again.root] else {
      throw CheckpointError(.corrupt, "no state dict")
    }
    #expect(state.metadata?.keys == [""])
    #expect(state.entries["a.weight"] == state.entries["b.weight"])
  }

  @Test func `every member's data begins at a multiple of 64`() throws {
    let plan = try OutputPlan(sample())
    #expect(plan.summary.members.allSatisfy { $0.offset % 64 == 0 })
    #expect(
      plan.summary.members.map(\.name) == [
        "archive/data.pkl", "archive/byteorder", "archive/data/0", "archive/data/1", "archive/version",
      ])
  }

  @Test func `an existing file stays unless it may be replaced, and the input always stays`() throws {
    let folder = try TemporaryFolder()
    try OutputPlan(sample()).write(to: folder("one.pth"))
    #expect(throws: CheckpointError(.wouldOverwrite, "")) {
      try OutputPlan(sample()).write(to: folder("one.pth"))
    }
    try OutputPlan(sample()).write(to: folder("one.pth"), replacing: true)
    let document = try Checkpoint.open(folder("one.pth"))
    #expect(throws: CheckpointError(.wouldOverwrite, "")) {
      try OutputPlan(document).write(to: folder("one.pth"), replacing: true)
    }
    #expect(folder.names == ["one.pth"])
  }

  @Test func `objects beyond known data types are refused by name, or written on request`() throws {
    var document = sample()
    let name = document.add(.global(GlobalName("argparse", "Namespace")))
    let state = document.add(.mapping(Mapping(kind: .dict, entries: [])))
    let object = document.add(
      .object(
        OpaqueObject(form: .newobj, callee: name, arguments: document.add(.tuple([])), states: [state])))
    document.root = document.add(.list([document.root, object]))
    let error = #expect(throws: CheckpointError(.unknownGlobals, "")) { try OutputPlan(document) }
    #expect(error?.reason.contains("argparse.Namespace") == true)
    let plan = try OutputPlan(document, options: .init(keepsOpaque: true))
    #expect(plan.summary.opaque == ["argparse.Namespace"])
  }

  @Test func `a cast that would overflow is refused before anything is written`() throws {
    var document = Document()
    let values: [Float] = [1, 70000, -1e-9, .infinity]
    let bytes = values.flatMap { value in (0..<4).map { UInt8(value.bitPattern >> (8 * $0) & 0xFF) } }
    let source = Conversion(source: .memory(bytes), from: .float32, to: .float16)
    let storage = document.add(Storage(name: "data/0", byteCount: 8, bytes: .computed(source)))
    document.root = document.add(.tensor(TensorRecord(dtype: .float16, shape: [4], storage: storage)))
    #expect(throws: CheckpointError(.overflow, "")) { try OutputPlan(document) }
    let plan = try OutputPlan(document, options: .init(allowsOverflow: true))
    #expect(plan.summary.casts.map(\.overflows) == [1])
    #expect(plan.summary.casts.map(\.underflows) == [1])
  }

  #if DEBUG
    @Test(arguments: Kernel.Call.allCases)
    func `whichever system call fails, no partial file is left and the input stays`(_ call: Kernel.Call)
      throws
    {
      let folder = try TemporaryFolder()
      try OutputPlan(sample()).write(to: folder("in.pth"))
      let input = try File.bytes(at: folder("in.pth"))
      for number in 1...200 {
        let fault = KernelFault(call, number: number, errorNumber: 28)
        var failed = false
        do {
          try KernelFault.$current.withValue(fault) {
            try OutputPlan(try Checkpoint.open(folder("in.pth"))).write(
              to: folder("out.pth"), replacing: true)
          }
        } catch is CheckpointError { failed = true }
        #expect(try File.bytes(at: folder("in.pth")) == input)
        if failed { #expect(folder.names.allSatisfy { $0 == "in.pth" || $0 == "out.pth" }) }
        if !fault.struck { return }
      }
      Issue.record("\(call) is still called after 200 failures")
    }
  #endif
}
