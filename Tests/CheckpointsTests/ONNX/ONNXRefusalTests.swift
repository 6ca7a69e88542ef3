// SPDX-License-Identifier: Apache-2.0
import Glibc
import TestSupport
import Testing

@testable import Checkpoints

/// What a model may not be: each is refused with what is wrong, where, and of which tensor.
@Suite struct ONNXRefusalTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ bytes: [UInt8]) throws -> Document {
    try File.write(bytes, to: folder("a.onnx"))
    // As a model, whatever it begins as.
    return try ONNXFile.read(InputFile(path: folder("a.onnx")))
  }

  struct Bad: Sendable {
    var bytes: [UInt8]
    var code = CheckpointError.Code.corrupt
    var key: Text?
    var reason: String
  }

  private static func graph(_ tensor: [UInt8], _ more: [UInt8] = []) -> [UInt8] {
    Proto.model(Proto.initializer(tensor) + more)
  }

  static let broken: [Bad] = [
    // The wire.
    .init(
      bytes: graph(Proto.tensor()).dropLast(1) + [],
      reason: "ModelProto.graph takes 15 bytes, but its message has 14 left"),
    .init(
      bytes: Proto.model(Proto.int(1, 1)),
      reason: "GraphProto.node is written as a varint, and should be bytes with their length"),
    .init(bytes: Proto.model([0x0B]), reason: "GraphProto.node is a group, which this form has not"),
    .init(bytes: Proto.model([0x0F]), reason: "GraphProto.node has the wire type 7, which there is not"),
    .init(
      bytes: Proto.model([0x02, 0]), reason: "GraphProto has a field of the number 0, which there is not"),
    .init(
      bytes: Proto.model([0x2A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02]),
      reason: "GraphProto.initializer has a number of more than 64 bits"),
    .init(bytes: Proto.model([0x2A, 0x80]), reason: "GraphProto.initializer ends inside a number"),
    .init(
      bytes: Proto.model([0x2A, 5, 0]),
      reason: "GraphProto.initializer takes 5 bytes, but its message has 1 left"),
    .init(bytes: Proto.model(Proto.field(2, [0xFF])), reason: "GraphProto.name is no UTF-8"),
    .init(bytes: Proto.model(Proto.field(2, [0xED, 0xA0, 0x80])), reason: "GraphProto.name is no UTF-8"),
    // The model.
    .init(
      bytes: Proto.model([], Proto.field(7, [])),
      reason: "ModelProto.graph stands twice, and readers do not agree on what that means"),
    .init(bytes: Proto.int(1, 8) + Proto.text(2, "tests"), reason: "ModelProto has no graph"),
    .init(
      bytes: Proto.model([], Proto.field(14, Proto.entry("a", "1")) + Proto.field(14, Proto.entry("a", "2"))),
      reason: "metadata_props has the key `a` twice"),
    .init(
      bytes: graph(Proto.tensor(), Proto.initializer(Proto.tensor())), key: "w",
      reason: "the graph names it twice, and readers do not agree on which counts"),
    .init(
      bytes: graph(
        Proto.tensor(),
        Proto.node("Constant", output: "w", [Proto.text(1, "value") + Proto.field(5, Proto.tensor())])),
      key: "w", reason: "the graph names it twice, and readers do not agree on which counts"),
    .init(bytes: graph(Proto.tensor(name: nil)), reason: "an initialiser of the graph has no name"),
    // The tensor.
    .init(bytes: graph(Proto.tensor(type: 99)), key: "w", reason: "its data_type 99 is none of onnx.proto's"),
    .init(bytes: graph(Proto.tensor(dims: [-1])), key: "w", reason: "its shape [-1] has a negative size"),
    .init(
      bytes: graph(Proto.tensor(dims: [1 << 31, 1 << 31, 1 << 31])), key: "w",
      reason: "its shape [2147483648, 2147483648, 2147483648] has more elements than a file can hold"),
    .init(
      bytes: graph(Proto.tensor(dims: [2])), key: "w",
      reason: "its shape [2] of FLOAT takes 8, and it has 4 bytes of raw_data"),
    .init(
      bytes: graph(Proto.tensor(Proto.field(9, [0, 0, 0, 0]) + Proto.field(4, [0, 0, 0, 0]))), key: "w",
      reason: "it has data in raw_data and in float_data, and readers do not agree on which counts"),
    .init(
      bytes: graph(Proto.tensor(Proto.field(7, [1]))), key: "w",
      reason: "its elements are FLOAT, and it has them in int64_data"),
    .init(
      bytes: graph(Proto.tensor(Proto.field(4, [0, 0, 0]))), key: "w",
      reason: "TensorProto.float_data has 3 bytes, which are no numbers of 4 each"),
    .init(
      bytes: graph(Proto.tensor(type: 7, dims: [3], Proto.field(7, [1, 2]))), key: "w",
      reason: "its shape [3] of INT64 takes 3, and it has 1 to 2 numbers of int64_data"),
    .init(
      bytes: graph(Proto.tensor(Proto.field(3, Proto.int(1, 0)))), code: .unsupported, key: "w",
      reason: "it is a segment of a tensor, which no reader of ONNX puts together"),
    .init(
      bytes: graph(Proto.tensor(type: 22, dims: [2], Proto.field(9, [0x21]))), code: .unsupported, key: "w",
      reason: "its data type INT4 is none of PyTorch's"),
    .init(
      bytes: graph(Proto.tensor(type: 23, dims: [2, 3], Proto.field(9, [1, 2, 3]))), code: .unsupported,
      key: "w",
      reason: "its last dimension 3 is odd, and PyTorch holds FLOAT4E2M1 in pairs"),
    // Other files.
    .init(
      bytes: graph(Proto.tensor(Proto.int(14, 1))), key: "w",
      reason: "its data lies in another file, and its external_data names none"),
    .init(
      bytes: graph(Proto.tensor(Proto.external([("location", "../w.bin")]))), key: "w",
      reason: "its data lies in `../w.bin`, which leads out of the model's folder"),
    .init(
      bytes: graph(Proto.tensor(Proto.external([("location", "/etc/passwd")]))), key: "w",
      reason: "its data lies in `/etc/passwd`, which leads out of the model's folder"),
    .init(
      bytes: graph(Proto.tensor(Proto.external([("location", "a/b/../../../w")]))), key: "w",
      reason: "its data lies in `a/b/../../../w`, which leads out of the model's folder"),
    .init(
      bytes: graph(Proto.tensor(Proto.external([("location", "w.bin")]))), code: .unreadable, key: "w",
      reason: "its data lies in `w.bin`, which is not there"),
    .init(
      bytes: graph(Proto.tensor(Proto.external([("location", "four"), ("offset", "-1")]))), key: "w",
      reason: "its external_data has the offset `-1`, which is no number"),
    .init(
      bytes: graph(Proto.tensor(Proto.external([("location", "four"), ("offset", "1")]))), key: "w",
      reason: "its 4 bytes are said to lie at byte 1 of `four`, which has 4"),
    .init(
      bytes: graph(Proto.tensor(Proto.external([("location", "four"), ("offset", "9223372036854775807")]))),
      key: "w",
      reason: "its 4 bytes are said to lie at byte 9223372036854775807 of `four`, which has 4"),
    .init(
      bytes: graph(Proto.tensor(Proto.external([("location", "four"), ("length", "3")]))), key: "w",
      reason: "its shape [1] of FLOAT takes 4, and it has 3 bytes of external_data"),
    .init(
      bytes: graph(Proto.tensor(Proto.external([("location", "four"), ("location", "five")]))), key: "w",
      reason: "its external_data has `location` twice"),
  ]

  @Test(arguments: broken) func `it is refused with byte and key`(bad: Bad) throws {
    try File.write([0, 0, 0, 0], to: folder("four"))
    let error = #expect(throws: CheckpointError(bad.code, "")) { try open(bad.bytes) }
    #expect(error?.reason == bad.reason)
    #expect(error?.location.key == bad.key)
    #expect(error?.location.byte != nil)
  }

  @Test func `a link beside the model is not followed`() throws {
    try File.write([0, 0, 0, 0], to: folder("four"))
    #expect(unsafe symlink("four", folder("linked")) == 0)
    let error = #expect(throws: CheckpointError(.unreadable, "")) {
      try open(Self.graph(Proto.tensor(Proto.external([("location", "linked")]))))
    }
    #expect(error?.reason.contains("it is a link") == true)
  }

  @Test func `graphs within graphs end somewhere`() throws {
    var graph = Proto.initializer(Proto.tensor())
    for _ in 0..<40 {
      graph = Proto.node("If", output: "y", [Proto.text(1, "then_branch") + Proto.field(6, graph)])
    }
    let error = #expect(throws: CheckpointError(.limit, "")) { try open(Proto.model(graph)) }
    #expect(error?.reason == "graphs lie more than 32 deep within each other")
  }

  @Test func `long ways to many tensors are not multiplied`() throws {
    let inner = (0..<400).flatMap { Proto.initializer(Proto.tensor(name: "\($0)")) }
    let node = Proto.node(
      "If", output: String(repeating: "y", count: 200_000), [Proto.text(1, "g") + Proto.field(6, inner)])
    #expect(throws: CheckpointError(.limit, "")) { try open(Proto.model(node)) }
  }

  @Test func `a name that looks as the way to another loses none`() throws {
    let inner = Proto.initializer(Proto.tensor(name: "w"))
    let node = Proto.node("If", output: "y", [Proto.text(1, "g") + Proto.field(6, inner)])
    let document = try open(Proto.model(Proto.initializer(Proto.tensor(name: "y/g/w")) + node))
    #expect(document.keys() == ["y/g/w", "y/g/w#2"])
  }

  @Test func `numbers that do not fit, or are too few, are found when they are read`() throws {
    for data in [Proto.field(5, [0xFF, 0x02, 1]), Proto.field(5, Proto.varint(300)), Proto.field(5, [1])] {
      let bytes = Self.graph(Proto.tensor(type: 2, dims: [2], data))
      guard (try? open(bytes)) != nil else { continue }
      let report = try Verification().report(of: folder("a.onnx"))
      #expect(report.findings.count == 1 && report.findings[0].byte != nil)
    }
    #expect(try open(Self.graph(Proto.tensor(type: 2, dims: [2], Proto.field(5, [1, 2])))).keys() == ["w"])
  }
}
