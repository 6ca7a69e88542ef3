// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// What the names of a graph's tensors say.
@Suite struct GraphNameTests {
  @Test(arguments: [
    GraphConstant.scalar(0.1), .scalar(-0.0), .scalar(1e-12), .scalar(.infinity), .vector(1, count: 0),
    .vector(-2.5, count: 65536), .integer(.min), .integer(0), .integers([]), .integers([7]),
    .integers([0, -1, .max]),
  ])
  func `a constant is what its name says`(_ constant: GraphConstant) {
    #expect(GraphConstant(name: constant.name) == constant)
    #expect(
      constant.bytes.count == constant.shape.reduce(1, *) * constant.dtype.itemSize)
  }

  @Test func `the elements are little-endian`() {
    #expect(GraphConstant.vector(1, count: 2).bytes == [0, 0, 0x80, 0x3F, 0, 0, 0x80, 0x3F])
    #expect(GraphConstant.integer(-2).bytes == [0xFE] + Array(repeating: 0xFF, count: 7))
  }

  @Test(arguments: [
    "", "scalar", "scalar 1", "scalar 1.00", "scalar x", "scalar 1.0 ", "scalar  1.0", "integer 01",
    "integer +1", "integer 9223372036854775808", "integers 1  2", "integers 1 x", "65537 times 1.0",
    "-1 times 1.0", "01 times 1.0", "2 times 1", "blocks.0.weight", "scalar nan(0x1)",
  ])
  func `another name is none of a constant`(_ name: Text) {
    #expect(GraphConstant(name: name) == nil)
  }

  @Test func `columns are named as PyTorch cuts them`() {
    let slice = ColumnSlice("a.weight", 3..<12)
    #expect(slice.name == "a.weight[:, 3:12]")
    #expect(ColumnSlice(name: slice.name) == slice)
    // A key may look like one itself.
    #expect(ColumnSlice(name: "k[:, 0:1][:, 2:2]") == ColumnSlice("k[:, 0:1]", 2..<2))
  }

  @Test(arguments: [
    "", "]", "a", "a[:, 1:2", "a[:,1:2]", "a[:, 2:1]", "a[:, -1:2]", "a[:, 1:02]", "a[:, 1:2:3]", "a[:, 1:]",
    "a[0, 1:2]", "a[:, 1:99999999999999999999]",
  ])
  func `another name is none of columns`(_ name: Text) {
    #expect(ColumnSlice(name: name) == nil)
  }

  @Test func `columns of a tensor are a view of it`() {
    let storage = StorageID(0)
    let whole = TensorRecord(dtype: .float32, shape: [4, 6, 1], offset: 10, storage: storage)
    let view = ColumnSlice("k", 2..<5).view(of: whole)
    #expect(view?.shape == [4, 3, 1])
    #expect(view?.strides == whole.strides)
    #expect(view?.offset == 12)
    #expect(ColumnSlice("k", 2..<7).view(of: whole) == nil)
    for shape in [[4], [4, 6, 3], []] {
      let other = TensorRecord(dtype: .float32, shape: shape, storage: storage)
      #expect(ColumnSlice("k", 0..<1).view(of: other) == nil)
    }
  }
}
