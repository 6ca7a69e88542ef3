// SPDX-License-Identifier: Apache-2.0
import Testing
import Training

/// Threads and memory.
@Suite struct MachineTests {
  @Test(arguments: [1, 2, 5]) func `each item runs once, on any number of workers`(_ count: Int) {
    let workers = Workers(count)
    #expect(workers.count == count)
    let arena = Arena(regionBytes: 2 << 20)
    let block = Block<Int>(arena, count: 1000)
    let seen = block.rows(1, 1000)
    seen.fill(0)
    for round in 1...200 {
      workers.forEach(round * 5) { seen[0, $0] += 1 }
      workers.forEach(round, by: 7) { for index in $0 { seen[0, index] += 1 } }
    }
    #expect(
      seen.elements
        == (0..<1000).map { i in (1...200).reduce(0) { $0 + (i < $1 * 5 ? 1 : 0) + (i < $1 ? 1 : 0) } })
  }

  @Test func `memory comes back and is used again`() {
    let arena = Arena(regionBytes: 2 << 20)
    var first: Block<Float>? = Block(arena, count: 1000)
    let second = Block<Float>(arena, count: 1000)
    #expect(first != nil && arena.bytesInUse == 2 * 4032)
    first = nil
    #expect(arena.bytesInUse == 4032)
    let third = Block<Float>(arena, count: 480)
    let fourth = Block<Float>(arena, count: 480)
    #expect(arena.peakBytes == 2 * 4032 && arena.bytesInUse <= arena.peakBytes)
    for (index, block) in [second, third, fourth].enumerated() { block.rows(1, 480).fill(Float(index)) }
    #expect(second.rows(1, 480).elements == Array(repeating: 0, count: 480))
    #expect(third.rows(1, 480).elements == Array(repeating: 1, count: 480))
    let large = Block<Double>(arena, count: 1 << 20)
    large.rows(1, 1 << 20)[0, (1 << 20) - 1] = 2
    #expect(arena.bytesInUse > 8 << 20)
  }

  @Test func `OpenBLAS runs on kernels that fit the processor`() {
    // Its table of models ends before today's processors; the slowest kernels are then its choice.
    #expect(!["Prescott", "unknown"].contains(BLAS.core), "\(BLAS.core)")
  }
}
