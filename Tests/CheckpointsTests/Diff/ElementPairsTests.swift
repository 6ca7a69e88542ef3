// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// Pieces of two tensors: each element once, at its place, whatever the strides and however small the boxes.
@Suite struct ElementPairsTests {
  /// A tensor whose element at row-major index i is i, as int32, under strides that permute the dimensions.
  private func reader(_ shape: [Int], order: [Int], gap: Int = 1) throws -> TensorReader {
    var strides = shape
    var step = gap
    for dimension in order.reversed() {
      strides[dimension] = step
      step *= shape[dimension]
    }
    var storage = [Int32](repeating: -1, count: step + 3)
    let steps = TensorRecord.contiguousStrides(shape)
    for index in 0..<shape.reduce(1, *) {
      var place = 3
      for dimension in shape.indices {
        place += index / steps[dimension] % shape[dimension] * strides[dimension]
      }
      storage[place] = Int32(index)
    }
    let bytes = storage.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    var document = Document()
    let id = document.add(Storage(name: "data/0", byteCount: bytes.count, bytes: .memory(bytes)))
    let tensor = TensorRecord(dtype: .int32, shape: shape, strides: strides, offset: 3, storage: id)
    return TensorReader(document, tensor)
  }

  @Test(arguments: [16, 64, 200, 1 << 24]) func `every element comes once and at its place`(boxBytes: Int)
    throws
  {
    let shape = [3, 5, 4]
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1]] {
      for gap in [1, 2] {
        var pairs = ElementPairs(
          a: try reader(shape, order: [0, 1, 2]), b: try reader(shape, order: order, gap: gap))
        pairs.boxBytes = boxBytes
        var seen = [Int](repeating: 0, count: 60)
        try pairs.forEachPiece { a, b, place in
          for local in 0..<a.byteCount / 4 {
            let index = place.index(of: local)
            seen[index] += 1
            #expect(a.element(local, Int32.self) == Int32(index))
            #expect(b.element(local, Int32.self) == Int32(index))
          }
        }
        #expect(seen.allSatisfy { $0 == 1 }, "\(order) \(gap)")
        #expect(try pairs.areBitEqual { _ in })
      }
    }
  }

  @Test func `the first difference is the first in row-major order, whatever the boxes`() throws {
    let a = try reader([4, 6], order: [0, 1])
    var b = try reader([4, 6], order: [1, 0])
    // Elements 9 and 14 of the transposed storage: [2, 1] and [3, 2], and [1, 5].
    guard case .memory(var bytes) = b.source else { return }
    for place in [3 + 4 * 1 + 2, 3 + 4 * 2 + 3, 3 + 4 * 5 + 1] { bytes[place * 4] ^= 64 }
    b = TensorReader(.memory(bytes), b.tensor)
    for boxBytes in [16, 32, 1 << 20] {
      var pairs = ElementPairs(a: a, b: b)
      pairs.boxBytes = boxBytes
      var sums = DifferenceSums(.int32, .int32, nil)
      try pairs.forEachPiece { a, b, place in sums.add(a, b, place) }
      #expect(sums.differing == 3)
      #expect(TensorDifference(sums, shape: [4, 6]).first?.index == [1, 5])
      #expect(sums.elements == 24)
    }
    #expect(try !ElementPairs(a: a, b: b).areBitEqual { _ in })
  }

  @Test func `gaps between elements do not count`() throws {
    let a = try reader([3, 4], order: [0, 1], gap: 2)
    guard case .memory(var bytes) = a.source else { return }
    bytes[(3 + 1) * 4] = 7
    #expect(try ElementPairs(a: a, b: TensorReader(.memory(bytes), a.tensor)).areBitEqual { _ in })
  }

  @Test func `strides out of the storage are an error`() throws {
    let a = try reader([3, 4], order: [1, 0])
    var wrong = a.tensor
    wrong.strides = [100, 1]
    let pairs = ElementPairs(a: a, b: TensorReader(a.source, wrong))
    #expect(throws: CheckpointError(.corrupt, "")) { try pairs.areBitEqual { _ in } }
  }

  @Test func `the fingerprint tells data type, shape and elements, not strides`() throws {
    let plain = try reader([3, 4], order: [0, 1])
    #expect(try plain.fingerprint() == reader([3, 4], order: [1, 0], gap: 2).fingerprint())
    #expect(try plain.fingerprint() != reader([4, 3], order: [0, 1]).fingerprint())
    var tensor = plain.tensor
    tensor.dtype = .float32
    #expect(try plain.fingerprint() != TensorReader(plain.source, tensor).fingerprint())
  }
}
