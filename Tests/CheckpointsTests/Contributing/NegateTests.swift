// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import Testing

@testable import Checkpoints

/// The pass on numbers of `docs/contributing.md`.
struct NegateTests {
  private static let passes = PassList.standard + [Negate.self]

  private func document(_ dtype: DType = .float32) -> Document {
    let bytes: [UInt8] = [1, -2, 0.5, 4].flatMap { (number: Float) in
      (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) }
    }
    var document = Document()
    let storage = document.add(Storage(name: "data/0", byteCount: 16, bytes: .memory(bytes)))
    let tensor = TensorRecord(dtype: dtype, shape: [2, 2], strides: [1, 2], storage: storage)
    document.root = document.add(
      .stateDict(
        StateDict(
          kind: .orderedDict,
          entries: ["a": document.add(.tensor(tensor)), "b": document.add(.tensor(tensor))])))
    return document
  }

  private func numbers(_ document: Document, _ key: Text) throws -> [Float] {
    let tensor = try #require(document.tensor(key))
    let bytes = try ByteSource.computed(RowMajorBytes(document[tensor.storage].bytes, tensor)).read(
      0..<tensor.byteCount)
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
    }
  }

  @Test func `what is selected gets the other sign, in the order of its elements, and the rest stays`() throws
  {
    var document = document()
    let reports = try document.apply(Recipe(parsing: "negate a", passes: Self.passes).passes)
    #expect(try numbers(document, "a") == [-1, -0.5, 2, -4])
    #expect(try numbers(document, "b") == [1, 0.5, -2, 4])
    #expect(reports[0].changes.map(\.from) == ["a"])
  }

  @Test func `any part of the bytes is that of the whole`() throws {
    let whole = NegatedBytes(source: .memory([0, 0, 128, 63, 0, 0, 0, 192]))
    let all = try ByteSource.computed(whole).read(0..<8)
    #expect(all == [0, 0, 128, 191, 0, 0, 0, 64])
    for start in 0..<8 { #expect(try ByteSource.computed(whole).read(start..<8) == Array(all[start...])) }
  }

  @Test func `other numbers are refused, and nothing is changed`() throws {
    var document = document(.float16)
    let recipe = try Recipe(parsing: "negate b", passes: Self.passes)
    let error = #expect(throws: CheckpointError(.unrepresentable, "")) { try document.apply(recipe.passes) }
    #expect(error?.location.key == "b")
    #expect(document.storages.count == 1)
  }
}
