// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// What begins as a model, and what does not: protobuf has no magic.
@Suite struct ONNXStartTests {
  @Test(arguments: [
    Proto.model([]), Proto.int(1, 14) + Proto.field(7, Proto.node("Relu", output: "y")),
    Proto.int(1, 3) + Proto.text(2, "") + Proto.field(7, Proto.text(2, "g")),
    Proto.int(1, 3) + Proto.text(2, "a") + Proto.text(6, String(repeating: "long\n", count: 200)),
    Proto.int(1, 3) + Proto.text(2, "a") + Proto.int(5, 1 << 30)
      + Proto.field(7, Proto.initializer(Proto.tensor())),
    Proto.field(7, Proto.node("Relu", output: "y")),
    Proto.int(1, 3) + Proto.field(7, []) + Proto.field(8, Proto.int(2, 9)),
  ]) func `models begin so`(bytes: [UInt8]) {
    #expect(ONNXStart.begins(Array(bytes.prefix(512))))
  }

  @Test(
    arguments: [
      // TensorFlow's SavedModel, Core ML, Caffe.
      Proto.int(1, 1) + Proto.field(2, Proto.field(1, Proto.text(5, "v2.15"))),
      Proto.int(1, 4) + Proto.field(2, Proto.field(1, Proto.text(1, "x"))),
      Proto.text(1, "caffe") + Proto.field(2, Proto.text(1, "conv")),
      // A header of safetensors, text, a pickle.
      [0x08, 0x3A, 0, 0, 0, 0, 0, 0, 0x7B], [0x08, 1, 0x3A, 0, 0, 0, 0, 0, 0x7B], Array(": a list\n".utf8),
      [0x80, 2, 0x7D, 0x2E], [], [0x08], [0x08, 0x07], [0x08, 0x80],
      Proto.int(1, 300) + Proto.text(2, "tests"), Proto.int(1, 8) + Proto.text(2, "a\u{1}b"),
      Proto.int(1, 8) + Proto.text(2, String(repeating: "a", count: 300)), Proto.int(1, 8) + Proto.int(1, 8),
    ] as [[UInt8]]) func `others do not`(bytes: [UInt8])
  {
    #expect(!ONNXStart.begins(bytes))
  }

  @Test func `no other file of the fixtures is taken for a model`() throws {
    var models = 0
    for member in FolderFiles(below: Fixtures.folder).members where member.error == nil {
      let start = try InputFile(path: member.path)
      guard ONNXStart.begins(try start.read(0..<min(512, start.size))) else { continue }
      models += 1
      #expect(["/onnx/", "/fuzz/graph/"].contains(where: member.path.contains), "\(member.path)")
    }
    #expect(models > 5)
  }
}
