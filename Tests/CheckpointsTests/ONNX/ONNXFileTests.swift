// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// Models that onnx's own package wrote (`fixtures/onnx/make.py`), held against what its `numpy_helper` makes of them.
@Suite struct ONNXFileTests {
  private struct Expected {
    var name: Text
    var dtype: Text
    var shape: [Int64]
    var sha256: Text
  }

  private func expected(_ file: String) throws -> [Expected] {
    let tree = try JSONTree(Fixtures.bytes("onnx/expected.json"), subject: "it")
    guard case .array(let rows)? = tree[Text(file)] else { return [] }
    return rows.compactMap { row in
      guard case .array(let parts) = row, case .string(let name) = parts[0],
        case .string(let dtype) = parts[1],
        case .array(let sizes) = parts[2], case .string(let sha256) = parts[3]
      else { return nil }
      let shape = sizes.compactMap { if case .int(let size) = $0 { size } else { nil } }
      return Expected(name: name, dtype: dtype, shape: shape, sha256: sha256)
    }
  }

  @Test(arguments: ["network.onnx", "types.onnx", "loose.onnx", "external.onnx"])
  func `every tensor is what onnx makes of it`(file: String) throws {
    let document = try Checkpoint.open(Fixtures.path("onnx/\(file)"))
    let expected = try expected(file)
    #expect(!expected.isEmpty)
    #expect(document.keys() == expected.map(\.name))
    for entry in expected {
      let tensor = try #require(document.tensor(ValuePath.escape(entry.name)))
      #expect(tensor.dtype.rawValue == entry.dtype.shown, "\(entry.name)")
      #expect(tensor.shape == entry.shape.map { Int($0) }, "\(entry.name)")
      let digest = try TensorReader(document, tensor).digest()
      #expect(digest == [UInt8](hexadecimal: entry.sha256.shown), "\(entry.name)")
    }
    #expect(try Verification().report(of: Fixtures.path("onnx/\(file)")).isSound)
  }

  @Test func `a part of computed numbers is the same part of all of them`() throws {
    let document = try Checkpoint.open(Fixtures.path("onnx/types.onnx"))
    for storage in document.storages where storage.bytes.startsOver {
      let whole = try storage.bytes.read(0..<storage.byteCount)
      #expect(try storage.bytes.read(1..<storage.byteCount) == Array(whole[1...]))
      #expect(try storage.bytes.read(0..<storage.byteCount - 1) == Array(whole.dropLast()))
    }
    #expect(document.storages.contains { $0.bytes.startsOver })
  }

  @Test func `what a model says of itself is plain values beside the tensors`() throws {
    let document = try Checkpoint.open(Fixtures.path("onnx/network.onnx"))
    func text(_ path: Text) -> String? {
      document.node(at: ValuePath(path)).map { PythonRepr($0, in: document).text }
    }
    #expect(text(".__metadata__/language") == "'English'")
    #expect(text(".__model__/ir_version") == "8")
    #expect(text(".__model__/opset_import/ai.onnx") == "17")
    #expect(text(".__model__/inputs/x") == "'float32[N, 3, ?]'")
    #expect(text(".__model__/outputs/y") == "'float32[N, 4, T]'")
    #expect(text(".__model__/nodes/Add") == "2")
    #expect(document.source?.format == .onnx)
  }

  @Test func `texts are lists, floats of four bits come in pairs`() throws {
    let texts = try Checkpoint.open(Fixtures.path("onnx/texts.onnx"))
    let list = try #require(texts.node(at: ValuePath("words")))
    guard case .list(let items) = texts[list] else { return #expect(Bool(false)) }
    #expect(items.map { PythonRepr($0, in: texts).text } == ["'a'", "'\u{e9}'"])
    #expect(texts.source?.notes.count == 2)
    let four = try Checkpoint.open(Fixtures.path("onnx/four.onnx"))
    let tensor = try #require(four.tensor("four"))
    #expect(tensor.dtype == .float4_e2m1fn_x2 && tensor.shape == [2, 1])
    #expect(try TensorReader(four, tensor).bytes() == [0x20, 0x54])
  }

  @Test func `a graph is no training checkpoint`() throws {
    let document = try Checkpoint.open(Fixtures.path("onnx/network.onnx"))
    let error = #expect(throws: CheckpointError(.unknownLayout, "")) { try document.stripPlan() }
    #expect(error?.reason.hasPrefix("it is an ONNX graph") == true)
  }
}
