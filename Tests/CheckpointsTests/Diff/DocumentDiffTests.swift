// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// Whole comparisons: layouts, values, tolerances, and what is refused.
@Suite struct DocumentDiffTests {
  private static let training = "checkpoints/rdino-tiny-torch1.13.pth"

  private func open(_ name: String) throws -> Document { try Checkpoint.open(Fixtures.path(name)) }

  private func stripped(_ branch: Text? = nil) throws -> Document {
    var document = try open(Self.training)
    try document.apply(document.stripPlan(branch: branch).recipe.passes)
    return document
  }

  @Test func `a training file equals its stripped backbone, either way round`() throws {
    let (whole, bare) = (try open(Self.training), try stripped())
    for (a, b) in [(whole, bare), (bare, whole)] {
      let report = try a.compared(with: b)
      #expect(report.equal)
      #expect(report.counts.bitEqual == 231)
      #expect((report.a.layout ?? report.b.layout) == "3D-Speaker RDINO")
      #expect(report.a.leftOut.count + report.b.leftOut.count > 0)
    }
  }

  @Test func `the teacher is not the student, unless it is asked for`() throws {
    let (whole, student) = (try open(Self.training), try stripped("student"))
    #expect(try !whole.compared(with: student).equal)
    var options = DiffOptions()
    options.branch = "student"
    #expect(try whole.compared(with: student, options: options).equal)
    options.usesLayout = false
    #expect(throws: CheckpointError(.wrongWords, "")) { try whole.compared(with: student, options: options) }
  }

  @Test func `without layouts the files are compared as they are`() throws {
    var options = DiffOptions()
    options.usesLayout = false
    let report = try open(Self.training).compared(with: stripped(), options: options)
    #expect(!report.equal)
    #expect(report.counts.moved > 0)
    // Every unique tensor of the backbone is found where it was, among student, teacher and optimizer.
    #expect(report.moved.allSatisfy { $0.from == "teacher/module.backbone." + $0.to })
  }

  @Test func `prefixes are dropped on request, and one that is not there is refused`() throws {
    let a = Sample.keys(["module.x.w", "module.x.b"]).document
    let b = Sample.keys(["x.w", "x.b"]).document
    var options = DiffOptions()
    options.usesLayout = false
    #expect(try !a.compared(with: b, options: options).equal)
    options.unprefixA = ["module."]
    #expect(try a.compared(with: b, options: options).equal)
    options.unprefixB = ["module."]
    #expect(throws: CheckpointError(.nothingMatched, "")) { try a.compared(with: b, options: options) }
  }

  @Test func `values are compared as Python compares them, and NaN is itself`() throws {
    let a = Sample.dict([
      "nan": .float(.nan), "zero": .float(-0.0), "type": .int(1), "text": .string("a"), "gone": .none,
      "list": .list([.int(1), .int(2)]), "empty": .list([]),
    ])
    let b = Sample.dict([
      "nan": .float(.nan), "zero": .float(0), "type": .float(1), "text": .string("b"), "new": .int(7),
      "list": .list([.int(1), .int(3), .int(4)]), "empty": .tuple([]),
    ])
    let report = try a.document.compared(with: b.document)
    #expect(report.values.map(\.path) == ["type", "text", "gone", "list/1", "empty", "new", "list/2"])
    #expect(report.values.first { $0.path == "gone" }?.b == nil)
    #expect(report.values.first { $0.path == "new" }?.a == nil)
    #expect(!report.equal)
  }

  @Test func `tolerances are torch's: relative to b, and none for integers`() throws {
    func check(_ a: Float, _ b: Float, rtol: Double, atol: Double) throws -> Bool {
      var options = DiffOptions()
      options.tolerance = try .init(rtol: rtol, atol: atol)
      return try floats([a]).compared(with: floats([b]), options: options).equal
    }
    #expect(try check(100, 101, rtol: 0.00991, atol: 0))
    #expect(try !check(101, 100, rtol: 0.00991, atol: 0))
    #expect(try check(1, 1.5, rtol: 0, atol: 0.5))
    #expect(try !check(1, 1.5, rtol: 0, atol: 0.49))
    #expect(try !check(.infinity, 1, rtol: 1, atol: 1e30))
    #expect(throws: CheckpointError(.wrongWords, "")) { try DiffOptions.Tolerance(rtol: -1) }
    #expect(throws: CheckpointError(.wrongWords, "")) { try DiffOptions.Tolerance(atol: .nan) }
    var options = DiffOptions()
    options.tolerance = try .init(rtol: 1, atol: 1)
    let (one, two) = (integers([1]), integers([2]))
    #expect(try !one.compared(with: two, options: options).equal)
  }

  @Test func `NaN with equal bits is equal; with other bits on request`() throws {
    let (a, b) = (floats([.nan, 1]), floats([Float(bitPattern: 0x7FC0_0001), 1]))
    #expect(try a.compared(with: a).equal)
    #expect(try !a.compared(with: b).equal)
    var options = DiffOptions()
    options.tolerance = try .init(rtol: 0)
    #expect(try !a.compared(with: b, options: options).equal)
    options.tolerance = try .init(rtol: 0, equalNaN: true)
    let report = try a.compared(with: b, options: options)
    #expect(report.equal)
    #expect(report.changed.first?.withinTolerance == true)
  }

  @Test func `the sign of a zero is a difference of nothing`() throws {
    let report = try floats([0, 1]).compared(with: floats([-0.0, 1]))
    #expect(!report.equal)
    #expect(report.changed.first?.change == 0)
    #expect(report.changed.first?.numbers?.maxULP == .int(0))
    #expect(report.changed.first?.numbers?.histogram == nil)
  }

  @Test func `what has no number comes first, then what changed most`() throws {
    func state(_ values: [Text: Float], shape: [Int]) -> Document {
      var document = Document()
      var state = StateDict(kind: .dict, entries: [:])
      for (key, value) in values.sorted(by: { $0.key < $1.key }) {
        state.entries[key] = add([value], to: &document)
      }
      state.entries["shaped"] = document.add(
        .tensor(TensorRecord(dtype: .float32, shape: shape, storage: StorageID(0))))
      document.root = document.add(.stateDict(state))
      return document
    }
    let a = state(["a": 1, "b": 1, "c": .nan, "d": 1], shape: [1])
    let b = state(["a": 1.1, "b": 2, "c": 3, "d": 1], shape: [1, 1])
    let report = try a.compared(with: b)
    #expect(report.changed.map(\.path) == ["c", "shaped", "b", "a"])
    #expect(report.counts.shape == 1)
    #expect(report.layers.first?.different == 4)
  }

  @Test(arguments: DType.allCases) func `one changed byte is found in every data type`(dtype: DType) throws {
    func document(_ last: UInt8) -> Document {
      var document = Document()
      let bytes = [UInt8](repeating: 0, count: 4 * dtype.itemSize - 1) + [last]
      let storage = document.add(Storage(name: "x", byteCount: bytes.count, bytes: .memory(bytes)))
      let tensor = TensorRecord(dtype: dtype, shape: [2, 2], storage: storage)
      let node = document.add(.tensor(tensor))
      document.root = document.add(.stateDict(StateDict(kind: .dict, entries: ["x": node])))
      return document
    }
    let report = try document(0).compared(with: document(1))
    #expect(!report.equal)
    let numbers = try #require(report.changed.first?.numbers)
    #expect(numbers.differing == 1)
    #expect(numbers.first?.index == [1, 1])
  }

  @Test func `tensors whose data type changes to a packed one have no numbers`() throws {
    let report = try bytes([1], .uint8, [1]).compared(with: bytes([1], .float4_e2m1fn_x2, [1]))
    #expect(!report.equal)
    #expect(report.counts.dtype == 1)
    #expect(report.changed.first?.numbers?.maxAbs == nil)
  }

  @Test func `a file that is written to meanwhile is an error, not a difference`() throws {
    let folder = try TemporaryFolder()
    let path = folder("a.pth")
    try File.write(Fixtures.bytes("diff/bit-a.pth"), to: path)
    let (a, b) = (try Checkpoint.open(path), try open("diff/bit-b.pth"))
    let longer = try Fixtures.bytes("diff/bit-a.pth") + [0]
    #expect(throws: CheckpointError(.inputChanged, "")) {
      try a.compared(with: b) { _ in try? File.write(longer, to: path) }
    }
  }

  @Test func `the legacy form and the zip of one checkpoint are equal`() throws {
    let report = try open("checkpoints/od_113.pt").compared(with: open("checkpoints/od_legacy_113.pt"))
    #expect(report.equal && report.counts.bitEqual == 2)
    #expect(report.a.format == "torch" && report.b.format == "torch-legacy")
  }

  @Test func `keys of one path are told apart, however many there are`() throws {
    let a = Sample.dict(["x": .int(1), "x": .int(2), "x (2)": .int(3), "x": .int(4)]).document
    let b = Sample.dict(["x": .int(1), "x": .int(2), "x (2)": .int(3), "x": .int(5)]).document
    #expect(try a.compared(with: a).equal)
    #expect(try a.compared(with: b).values.map(\.path) == ["x (3)"])
  }

  private func add(_ values: [Float], to document: inout Document) -> NodeID {
    let bytes = values.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
    let storage = document.add(Storage(name: "x", byteCount: bytes.count, bytes: .memory(bytes)))
    return document.add(.tensor(TensorRecord(dtype: .float32, shape: [values.count], storage: storage)))
  }

  private func floats(_ values: [Float]) -> Document {
    var document = Document()
    let node = add(values, to: &document)
    document.root = document.add(.stateDict(StateDict(kind: .dict, entries: ["x": node])))
    return document
  }

  private func bytes(_ bytes: [UInt8], _ dtype: DType, _ shape: [Int]) -> Document {
    var document = Document()
    let storage = document.add(Storage(name: "x", byteCount: bytes.count, bytes: .memory(bytes)))
    let node = document.add(.tensor(TensorRecord(dtype: dtype, shape: shape, storage: storage)))
    document.root = document.add(.stateDict(StateDict(kind: .dict, entries: ["x": node])))
    return document
  }

  private func integers(_ values: [UInt8]) -> Document { bytes(values, .int8, [values.count]) }
}
