// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

struct RowMajorBytesTests {
  private let storage = ByteSource.memory((0..<240).map { UInt8($0) })

  private func read(_ bytes: RowMajorBytes, _ range: Range<Int>) throws -> [UInt8] {
    try ByteSource.computed(bytes).read(range)
  }

  private func view(_ shape: [Int], _ strides: [Int], _ offset: Int = 0) -> RowMajorBytes {
    let tensor = TensorRecord(
      dtype: .int16, shape: shape, strides: strides, offset: offset, storage: StorageID(0))
    return RowMajorBytes(storage, tensor)
  }

  @Test func `a transposed view comes out row by row`() throws {
    let bytes = view([3, 2], [1, 3], 4)
    // Elements 4 7, 5 8, 6 9 of the storage, two bytes each.
    #expect(try read(bytes, 0..<12) == [8, 9, 14, 15, 10, 11, 16, 17, 12, 13, 18, 19])
  }

  @Test(arguments: [([3, 2, 4], [1, 12, 3]), ([5, 4], [0, 2]), ([2, 3], [3, 1]), ([7], [9]), ([], [])])
  func `any part is the same part of the whole`(_ shape: [Int], _ strides: [Int]) throws {
    let bytes = view(shape, strides, 3)
    let whole = try read(bytes, 0..<bytes.byteCount)
    #expect(whole.count == bytes.byteCount)
    for start in 0...whole.count {
      for end in start...whole.count {
        #expect(try read(bytes, start..<end) == Array(whole[start..<end]))
      }
    }
  }

  @Test func `a tensor without elements has no bytes, wherever it lies`() throws {
    #expect(try read(view([0, 3], [3, 1], 1000), 0..<0) == [])
  }
}
