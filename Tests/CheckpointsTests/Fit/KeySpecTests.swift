// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct KeySpecTests {
  @Test func `a table tells its columns by a header or by their number`() throws {
    let golden = try KeySpec(reading: Fixtures.path("golden/keys/xvector512.tsv"))
    #expect(golden.entries.count == 27)
    #expect(golden.entries["frame_1.conv_1d.weight"] == .init(shape: [512, 80, 5], dtype: "float32"))
    #expect(golden.entries["frame_1.bn.num_batches_tracked"] == .init(shape: [], dtype: "int64"))
    let two = try KeySpec(text: "a\t2x3\nb\tscalar\r\n\n", name: "x")
    #expect(two.entries == ["a": .init(shape: [2, 3]), "b": .init(shape: [])])
    let three = try KeySpec(
      text: "a\ttorch.float16\ttorch.Size([2, 3])\nb\tint64\t()\nc\tbool\t(3,)\n", name: "x")
    #expect(three.entries["a"] == .init(shape: [2, 3], dtype: "float16"))
    #expect(three.entries["b"]?.shape == [] && three.entries["c"]?.shape == [3])
    let turned = try KeySpec(text: "shape\tnote\tkey\n7\tx\ta.b\n", name: "x")
    #expect(turned.entries == ["a.b": .init(shape: [7])])
  }

  @Test(arguments: [
    "a\t2x3\na\t2\n", "a\t2x\n", "a\t-1\n", "a\t99999999999999999999\n", "\t2\n", "name\tshape\n",
    "just words\n", "",
    "name\tshape\na\n", "a\t2X3\n", "a\t[2\n",
  ]) func `a table that is none is refused`(text: String) {
    #expect(throws: CheckpointError(.corrupt, "")) { try KeySpec(text: text, name: "x") }
  }

  @Test func `the listing of a file gives the keys that the file gives`() throws {
    let document = try Checkpoint.open(Fixtures.path("checkpoints/rdino-tiny-torch1.13.pth"))
    let json = try JSONText.of(document.listing())
    for path in ["student", "teacher", "dino_loss"] as [Text] {
      let (listed, opened) = (
        try KeySpec(text: json, name: "x", path: path), try KeySpec(document, name: "x", path: path)
      )
      #expect(listed.entries == opened.entries && !opened.entries.isEmpty)
    }
    // The optimizer's entries are none.
    let error = #expect(throws: CheckpointError.self) { try KeySpec(text: json, name: "x") }
    #expect(error?.code == .ambiguous && error?.reason.contains("3 state dicts") == true)
    #expect(throws: CheckpointError(.nothingMatched, "")) {
      try KeySpec(text: json, name: "x", path: "optimizer")
    }
  }

  @Test func `keys with slashes come back from a listing`() throws {
    let spec = try KeySpec(
      text: #"{"schema":1,"tensors":[{"path":"a~1b.c~0","dtype":"float32","shape":[2]}]}"#, name: "x")
    #expect(spec.entries == ["a/b.c~": .init(shape: [2], dtype: "float32")])
  }

  @Test func `JSON of another kind is told apart`() throws {
    #expect(throws: CheckpointError(.corrupt, "")) { try KeySpec(text: "{\"tensors\": [", name: "x") }
    #expect(throws: CheckpointError(.unsupported, "")) {
      try KeySpec(text: "{\"weight_map\": {}}", name: "x")
    }
    #expect(throws: CheckpointError(.corrupt, "")) {
      try KeySpec(text: #"{"schema":1,"error":{"code":"unreadable","message":"no"}}"#, name: "x")
    }
    #expect(throws: CheckpointError(.corrupt, "")) {
      try KeySpec(text: #"{"tensors":[{"path":"a","shape":[-1]}]}"#, name: "x")
    }
  }
}
