// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import Testing

@testable import Checkpoints

@Suite struct ExhibitTests {
  private func exhibit(
    _ dtype: DType, _ shape: [Int], _ bytes: [UInt8], strides: [Int]? = nil
  ) throws -> Exhibit.Tensor {
    var document = Document()
    let storage = document.add(Storage(name: "data/0", byteCount: bytes.count, bytes: .memory(bytes)))
    let tensor = TensorRecord(dtype: dtype, shape: shape, strides: strides, storage: storage)
    let entries: OrderedDictionary<Text, NodeID> = ["x": document.add(.tensor(tensor))]
    document.root = document.add(.stateDict(StateDict(kind: .dict, entries: entries)))
    return try #require(document.exhibit("x").tensor)
  }

  private func bytes(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
  }

  @Test func `float statistics are torch's, over the finite elements`() throws {
    let tensor = try exhibit(.float32, [7], bytes([1, 2, 3, 0, .nan, .infinity, -.infinity]))
    let statistics = try #require(tensor.statistics)
    #expect(statistics.min == .double(0))
    #expect(statistics.max == .double(3))
    #expect(statistics.mean == 1.5)
    // torch.tensor([1., 2., 3., 0.]).std()
    #expect(abs((statistics.std ?? 0) - 1.2909944487358056) < 1e-15)
    #expect((statistics.zeros, statistics.nan, statistics.infinite) == (1, 1, 2))
    #expect(statistics.histogram?.counts == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
    #expect(tensor.first.prefix(3) == [.double(1), .double(2), .double(3)])
  }

  @Test func `elements come in row-major order whatever the strides`() throws {
    let tensor = try exhibit(.uint8, [2, 3], [0, 1, 2, 3, 4, 5], strides: [1, 2])
    #expect(tensor.first == [0, 2, 4, 1, 3, 5].map { .int($0) })
    #expect(!tensor.isContiguous)
  }

  @Test func `only the first elements of a large tensor are shown`() throws {
    let tensor = try exhibit(.uint8, [3, 2, 100], (0..<600).map { UInt8(truncatingIfNeeded: $0) })
    #expect(tensor.first == (0..<8).map { .int($0) })
    let narrow = try exhibit(.uint8, [100, 3], (0..<300).map { UInt8(truncatingIfNeeded: $0) })
    #expect(narrow.first == (0..<8).map { .int($0) })
  }

  @Test func `integers keep every digit`() throws {
    let largest = try exhibit(.uint64, [1], [UInt8](repeating: 255, count: 8))
    #expect(largest.statistics?.max == .string("18446744073709551615"))
    let smallest = try exhibit(.int64, [1], [0, 0, 0, 0, 0, 0, 0, 128])
    #expect(smallest.statistics?.min == .int(.min))
    #expect(try exhibit(.int8, [2], [255, 1]).statistics?.min == .int(-1))
    #expect(try exhibit(.bool, [3], [1, 0, 1]).first == [.bool(true), .bool(false), .bool(true)])
  }

  @Test func `complex numbers are measured by their magnitudes`() throws {
    let tensor = try exhibit(.complex64, [1], bytes([3, -4]))
    #expect(tensor.statistics?.of == "magnitudes")
    #expect(tensor.statistics?.max == .double(5))
    #expect(tensor.first == [.string("(3.0-4.0j)")])
  }

  @Test(arguments: DType.allCases) func `every data type is shown or said to be packed`(dtype: DType) throws {
    let tensor = try exhibit(dtype, [2], [UInt8](repeating: 0, count: 2 * dtype.itemSize))
    let isPacked = !ElementValue.canDecode(dtype)
    #expect((tensor.statistics == nil) == isPacked)
    #expect(tensor.first.count == (isPacked ? 0 : 2))
  }

  @Test func `an empty tensor has no figures`() throws {
    let tensor = try exhibit(.float32, [0, 3], [])
    #expect(tensor.statistics?.min == nil)
    #expect(tensor.first.isEmpty)
  }
}
