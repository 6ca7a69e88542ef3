// SPDX-License-Identifier: Apache-2.0

/// float32 values uniform in -bound ... bound, drawn by (seed, name): a fresh parameter, made when it is wanted.
package struct UniformFloats: ComputedBytes {
  package let count: Int
  package let bound: Double
  package let seed: UInt64
  package let name: String

  package init(count: Int, bound: Double, seed: UInt64, name: String) {
    self.count = count
    self.bound = bound
    self.seed = seed
    self.name = name
  }

  /// The values one by one.
  package struct Draws {
    private var random: KeyedRandom
    private let bound: Double

    init(_ random: KeyedRandom, bound: Double) {
      self.random = random
      self.bound = bound
    }

    package mutating func next() -> Float { Float((2 * random.uniform() - 1) * bound) }
  }

  package var draws: Draws { draws(from: 0) }

  private func draws(from first: Int) -> Draws {
    var random = KeyedRandom(seed: seed, name: name)
    random.skip(first)
    return Draws(random, bound: bound)
  }

  package var byteCount: Int { 4 * count }
  package var sources: [ByteSource] { [] }

  package func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var draws = draws(from: range.lowerBound / 4)
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(start / 4 * 4 + ByteSource.chunkSize, range.upperBound)
      var chunk: [UInt8] = []
      chunk.reserveCapacity(ByteSource.chunkSize)
      for _ in start / 4..<(end + 3) / 4 {
        let bits = draws.next().bitPattern
        for byte in 0..<4 { chunk.append(UInt8(truncatingIfNeeded: bits >> (8 * UInt32(byte)))) }
      }
      try unsafe body(chunk.span.bytes.extracting(start % 4..<start % 4 + end - start))
      start = end
    }
  }
}
