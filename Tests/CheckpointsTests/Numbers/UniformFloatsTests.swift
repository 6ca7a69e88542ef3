// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

@Suite struct UniformFloatsTests {
  private let values = UniformFloats(count: 700_001, bound: 0.25, seed: 9, name: "weight")

  @Test func `a range gives the bytes of the whole, wherever it begins`() throws {
    let whole = try ByteSource.computed(values).read(0..<values.byteCount)
    #expect(whole.count == 2_800_004)
    for range in [0..<0, 0..<4, 3..<5, 7..<1_048_583, 1_048_576..<1_048_577, 2_799_999..<2_800_004] {
      #expect(try ByteSource.computed(values).read(range) == Array(whole[range]))
    }
  }

  @Test func `values lie within the bound and fill it`() {
    var draws = values.draws
    let drawn = (0..<10_000).map { _ in draws.next() }
    #expect(drawn.allSatisfy { $0.magnitude <= 0.25 })
    #expect((drawn.max() ?? 0) > 0.249 && (drawn.min() ?? 0) < -0.249)
    #expect(abs(drawn.reduce(0, +) / 10_000) < 0.01)
  }

  @Test(arguments: [0, 1, 2, 3, 10, 11]) func `skipping is drawing`(count: Int) {
    for before in 0..<3 {
      var (skipped, drawn) = (KeyedRandom(seed: 1, 2), KeyedRandom(seed: 1, 2))
      for _ in 0..<before { #expect(skipped.next() == drawn.next()) }
      skipped.skip(count)
      for _ in 0..<count { _ = drawn.next() }
      for _ in 0..<4 { #expect(skipped.next() == drawn.next()) }
    }
  }
}
