// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

@Suite struct StorageLayoutTests {
  /// A document with one storage of `bytes` bytes and a list of tensors that view it.
  private func layout(_ bytes: Int, _ tensors: [TensorRecord]) -> StorageLayout {
    var document = Document()
    _ = document.add(
      Storage(name: "data/0", byteCount: bytes, bytes: .memory(.init(repeating: 0, count: bytes))))
    let nodes = tensors.map { document.add(.tensor($0)) }
    return StorageLayout(document, tensors: nodes)
  }

  private func tensor(
    _ shape: [Int], strides: [Int]? = nil, offset: Int = 0, dtype: DType = .float32
  ) -> TensorRecord {
    TensorRecord(dtype: dtype, shape: shape, strides: strides, offset: offset, storage: StorageID(0))
  }

  @Test func `a storage that is used throughout goes out whole`() {
    let layout = layout(40, [tensor([4]), tensor([6], offset: 4)])
    #expect(layout.outputs.map(\.isWhole) == [true])
    #expect(layout.place(of: tensor([6], offset: 4)).offset == 4)
  }

  @Test func `unused bytes before, between and after go, and offsets follow`() {
    let first = tensor([2], offset: 1)
    let second = tensor([3], offset: 6)
    let layout = layout(48, [second, first])
    #expect(layout.outputs[0].ranges == [4..<12, 24..<36])
    #expect(layout.outputs[0].byteCount == 20)
    #expect(layout.place(of: first).offset == 0)
    #expect(layout.place(of: second).offset == 2)
  }

  @Test func `a hundred thousand views of one storage find their places`() {
    let count = 100_000
    let layout = layout(16 * count, (0..<count).map { tensor([1], offset: 4 * $0 + 1) }.reversed())
    #expect(layout.outputs[0].byteCount == 4 * count)
    #expect((0..<count).allSatisfy { layout.place(of: tensor([1], offset: 4 * $0 + 1)).offset == $0 })
  }

  @Test func `overlapping views keep their overlap`() {
    let first = tensor([4], offset: 2)
    let second = tensor([4], offset: 4)
    let layout = layout(400, [first, second])
    #expect(layout.outputs[0].ranges == [8..<32])
    #expect(layout.place(of: second).offset - layout.place(of: first).offset == 2)
  }

  @Test func `a strided view keeps what it spans, an expanded one its single element`() {
    #expect(layout(400, [tensor([3, 2], strides: [10, 1], offset: 5)]).outputs[0].ranges == [20..<108])
    #expect(layout(400, [tensor([1 << 40], strides: [0], offset: 5)]).outputs[0].ranges == [20..<24])
  }

  @Test func `views of different item sizes keep whole offsets`() {
    let bytes = tensor([3], offset: 17, dtype: .uint8)
    let doubles = tensor([1], offset: 5, dtype: .float64)
    let layout = layout(64, [bytes, doubles])
    #expect(layout.outputs[0].byteCount % 8 == 0)
    #expect(layout.place(of: bytes).offset % 16 == 1)
    #expect(layout.place(of: doubles).offset * 8 % 16 == 8)
  }

  @Test func `a tensor without elements needs no bytes`() {
    let layout = layout(400, [tensor([0, 3], offset: 7)])
    #expect(layout.outputs[0].byteCount == 0)
    #expect(layout.place(of: tensor([0, 3], offset: 7)).offset == 0)
  }
}
