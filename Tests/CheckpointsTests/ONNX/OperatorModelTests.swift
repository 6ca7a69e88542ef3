// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// Graphs of operators written and read: `fixtures/onnx/graph.onnx` is what onnx's own package makes of the model below.
@Suite struct OperatorModelTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let nodes = [
    OperatorNode(
      "Conv", ["x", "w", "b"], ["h"],
      [
        ("dilations", .ints([1])), ("group", .int(1)), ("kernel_shape", .ints([3])), ("pads", .ints([1, 1])),
        ("strides", .ints([2])),
      ]),
    OperatorNode("Clip", ["h", "", "most"], ["c"]),
    OperatorNode("LeakyRelu", ["c"], ["l"], [("alpha", .float(-0.25))]),
    OperatorNode("Pad", ["l", "pads"], ["p"], [("mode", .string("reflect"))]),
    OperatorNode("Upsample", ["p"], ["y", "z"], [("mode", .string("")), ("scales", .floats([1, 0.5]))]),
  ]

  static let initializers: [(name: Text, shape: [Int], dtype: DType, bytes: [UInt8])] = [
    ("w", [4, 2, 3], .float32, bytes((0..<24).map { Float($0).bitPattern })),
    ("b", [4], .float16, bytes([1, -2, 3, 0.5].map { (value: Float16) in value.bitPattern })),
    ("most", [], .float32, bytes([Float(20).bitPattern])),
    ("pads", [6], .int64, bytes([0, 0, 1, 0, 0, -1] as [Int64])),
    ("none", [0, 3], .float32, []),
  ]

  static func bytes(_ values: [some FixedWidthInteger]) -> [UInt8] {
    var bytes = LittleEndianBytes()
    for value in values { bytes.add(value) }
    return bytes.bytes
  }

  static func model(_ tensor: (Int) -> ByteSource = { .memory(initializers[$0].bytes) }) -> OperatorModel {
    OperatorModel(
      OperatorGraph(
        "graph",
        inputs: [
          .init("x", [.named("batch_size"), .size(2), .named("frame_num")]), .init("n", [], .int64),
        ],
        outputs: [.init("y", [.named("batch_size"), .size(192), .named("")])], nodes: nodes,
        initializers: initializers.enumerated().map { index, one in
          .init(one.name, one.shape, .init(one.dtype, tensor(index)))
        }),
      producer: ("resect", "0.1.0"),
      metadata: ["framework": "3d-speaker", "comment": "", "language": "中文"])
  }

  /// Bytes that are made when they are wanted.
  struct Made: ComputedBytes {
    var bytes: [UInt8]
    var byteCount: Int { bytes.count }
    var sources: [ByteSource] { [] }

    func forEachChunk(
      of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
    ) throws(CheckpointError) {
      try ByteSource.memory(bytes).forEachChunk(of: range, body)
    }
  }

  private func written(_ model: OperatorModel, _ name: String = "a.onnx") throws -> [UInt8] {
    try OutputPlan(model).write(to: folder(name))
    return try File.bytes(at: folder(name))
  }

  @Test func `the bytes are those that onnx's own package writes`() throws {
    let wanted = try Fixtures.bytes("onnx/graph.onnx")
    #expect(try written(Self.model()) == wanted)
    #expect(try OutputPlan(Self.model()).summary.bytes == wanted.count)
    // The same where elements are copied from a file, or made on the way.
    let all = Self.initializers.flatMap(\.bytes)
    try File.write(all, to: folder("weights"))
    let input = try InputFile(path: folder("weights"))
    let copied = Self.model { index in
      let start = Self.initializers[..<index].reduce(0) { $0 + $1.bytes.count }
      return .file(input, start..<start + Self.initializers[index].bytes.count, crc32: nil)
    }
    #expect(try written(copied, "b.onnx") == wanted)
    let joined = Self.model { .computed(Made(bytes: Self.initializers[$0].bytes)) }
    #expect(try written(joined, "c.onnx") == wanted)
    #expect(throws: CheckpointError(.wouldOverwrite, "")) {
      try OutputPlan(copied).write(to: folder("weights"), replacing: true)
    }
    #expect(throws: CheckpointError(.wouldOverwrite, "")) {
      try OutputPlan(Self.model(), read: [input]).write(to: folder("weights"), replacing: true)
    }
  }

  @Test func `what is read is what was written`() throws {
    let read = try OperatorModel(InputFile(path: Fixtures.path("onnx/graph.onnx")))
    #expect(read.graph.nodes == Self.nodes)
    #expect(read.graph.name == "graph")
    #expect(read.graph.inputs.map(\.name) == ["x", "n"])
    #expect(read.graph.inputs.map(\.dtype) == [.float32, .int64])
    #expect(read.graph.inputs[0].dimensions == [.named("batch_size"), .size(2), .named("frame_num")])
    #expect(read.graph.outputs[0].dimensions == [.named("batch_size"), .size(192), .named("")])
    #expect(read.graph.initializers.map(\.name) == Self.initializers.map(\.name))
    for (one, wanted) in zip(read.graph.initializers, Self.initializers) {
      #expect(one.shape == wanted.shape && one.tensor.dtype == wanted.dtype)
      #expect(try one.tensor.bytes.read(0..<one.tensor.bytes.byteCount) == wanted.bytes)
    }
    #expect((read.operatorSet, read.irVersion) == (13, 7))
    #expect(read.producer == ("resect", "0.1.0"))
    #expect(read.metadata == Self.model().metadata)
    #expect(try written(read) == Fixtures.bytes("onnx/graph.onnx"))
  }

  @Test func `constants and elements in other files are initialisers`() throws {
    try File.write([0, 0, 128, 63], to: folder("a.data"))
    let constant = Proto.node(
      "Constant", output: "c",
      [Proto.text(1, "value_ints") + Proto.int(8, 5) + Proto.int(8, -6) + Proto.int(20, 7)])
    let tensor = Proto.initializer(Proto.tensor(Proto.external([("location", "a.data")])))
    try File.write(Self.file(constant + tensor), to: folder("a.onnx"))
    let graph = try OperatorModel(InputFile(path: folder("a.onnx"))).graph
    #expect(graph.nodes.isEmpty)
    #expect(graph.initializers.map(\.name) == ["w", "c"])
    #expect(graph.initializers.map(\.shape) == [[1], [2]])
    #expect(
      try graph.initializers.map { try $0.tensor.bytes.read(0..<$0.tensor.bytes.byteCount) } == [
        [0, 0, 128, 63], Self.bytes([5, -6] as [Int64]),
      ])
  }

  private static func file(_ graph: [UInt8], _ more: [UInt8] = Proto.field(8, Proto.int(2, 13))) -> [UInt8] {
    Proto.model(graph, more)
  }

  struct Bad: Sendable {
    var bytes: [UInt8]
    var code = CheckpointError.Code.unsupported
    var key: Text?
    var reason: String
  }

  private static func node(_ attribute: [UInt8], _ more: [[UInt8]] = []) -> [UInt8] {
    file(Proto.node("Conv", output: "h", [attribute] + more))
  }

  private static func input(_ type: [UInt8]) -> [UInt8] {
    file(Proto.field(11, Proto.text(1, "x") + type))
  }

  static let broken: [Bad] = [
    .init(
      bytes: file([], []), code: .corrupt,
      reason: "ModelProto does not say which version of ONNX's operators it has"),
    .init(
      bytes: file(
        Proto.field(1, Proto.text(2, "h") + Proto.text(4, "Gelu") + Proto.text(7, "com.microsoft"))),
      key: "h", reason: "its operator com.microsoft::Gelu is none of ONNX's own"),
    .init(
      bytes: file(
        [], Proto.field(8, Proto.int(2, 13)) + Proto.field(25, Proto.text(1, "Twice") + Proto.text(10, "own"))
      ),
      reason: "it brings the operator own::Twice itself, and ONNX's own alone are run"),
    .init(
      bytes: node(Proto.text(1, "then") + Proto.field(6, []) + Proto.int(20, 5)), key: "h",
      reason: "its attribute `then` is of the type 5, and numbers and texts alone are run"),
    .init(
      bytes: node(Proto.text(1, "a") + Proto.int(3, 1)), key: "h",
      reason: "its attribute `a` is of the type 0, and numbers and texts alone are run"),
    .init(
      bytes: node(Proto.text(1, "a") + Proto.int(3, 1) + Proto.int(20, 7)), code: .corrupt, key: "h",
      reason: "its attribute `a` has other values than its type says"),
    .init(
      bytes: node(Proto.text(1, "a") + Proto.int(20, 2), [Proto.text(1, "a") + Proto.int(20, 2)]),
      code: .corrupt,
      key: "h", reason: "it has the attribute `a` twice"),
    .init(
      bytes: file(
        Proto.field(
          15,
          Proto.field(1, Proto.tensor())
            + Proto.field(2, Proto.tensor(type: 7, Proto.field(9, [UInt8](repeating: 0, count: 8))))
            + Proto.int(3, 4))),
      reason: "the graph has a sparse initialiser"),
    .init(
      bytes: input([]), key: "x", reason: "it is `any`, and tensors of known type and rank alone are run"),
    .init(
      bytes: input(Proto.field(2, Proto.field(1, Proto.int(1, 1)))), key: "x",
      reason: "it is `float32[...]`, and tensors of known type and rank alone are run"),
    .init(
      bytes: input(
        Proto.field(2, Proto.field(1, Proto.int(1, 1) + Proto.field(2, Proto.field(1, Proto.int(1, -1)))))),
      code: .corrupt, key: "x", reason: "its shape has the negative size -1"),
    .init(
      bytes: file([UInt8](repeating: 0, count: 0) + (0...1 << 16).flatMap { _ in [0x0A, 0] as [UInt8] }),
      code: .limit, reason: "its nodes are more than 65536, or take more than 8388608 bytes"),
    .init(
      bytes: file(Proto.field(1, Proto.field(1, [UInt8](repeating: 0x61, count: 8 << 20)))),
      code: .limit, reason: "its nodes are more than 65536, or take more than 8388608 bytes"),
  ]

  @Test(arguments: broken) func `what is not run is refused`(bad: Bad) throws {
    try File.write(bad.bytes, to: folder("a.onnx"))
    let error = try #require(throws: CheckpointError.self) {
      try OperatorModel(InputFile(path: folder("a.onnx")))
    }
    #expect(error.code == bad.code)
    #expect(error.reason == bad.reason)
    #expect(error.location.key == bad.key)
    #expect(error.location.file == folder("a.onnx"))
  }

  private struct Zeros: ComputedBytes {
    var byteCount: Int
    var sources: [ByteSource] { [] }
    func forEachChunk(
      of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
    ) throws(CheckpointError) {}
  }

  private static func sized(_ count: Int, _ dtype: DType = .float32) -> OperatorModel {
    OperatorModel(
      OperatorGraph(
        "g", initializers: [.init("w", [count], .init(dtype, .computed(Zeros(byteCount: 4 * count))))]),
      producer: ("", ""))
  }

  @Test func `2 GiB and what ONNX has not are refused before anything is written`() throws {
    let structure = try OutputPlan(Self.sized(0)).summary.bytes
    let most = (1 << 31 - 1 - structure) / 4
    // Lengths and sizes take more bytes where they are larger.
    #expect(try OutputPlan(Self.sized(most - 5)).summary.bytes < 1 << 31)
    for model in [Self.sized(most + 1), Self.sized(1, .complex32)] {
      #expect(throws: CheckpointError(.unrepresentable, "")) { try OutputPlan(model) }
    }
    var wrong = Self.sized(2)
    wrong.graph.initializers[0].shape = [3]
    #expect(throws: CheckpointError(.contradiction, "")) { try OutputPlan(wrong) }
  }
}
