// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

@Suite struct CollectiveTests {
  @Test(arguments: 1...4) func `numbers are added in the order of ranks, and everywhere the same`(
    _ count: Int
  ) throws {
    // 1e17 swallows a 1 that is added to it alone, so that the order shows.
    let values: [Double] = [1e17, 1, 1, -1e17]
    let sums = try Lane.run(count) { lane in lane.sum([values[lane.rank], Double(lane.rank)]) }
    let expected = [values[..<count].reduce(0, +), Double(count * (count - 1) / 2)]
    #expect(sums == Array(repeating: expected, count: count))
  }

  /// Shapes with fewer numbers than there are lanes, of more than a block, and of rows with gaps.
  @Test(arguments: [2, 3, 4]) func `matrices of any size are summed in place`(_ count: Int) throws {
    let shapes = [(1, 1), (3, 5), (1, 2), (1100, 1000)]
    let sums = try Lane.run(count) { lane throws(CheckpointError) -> [[Double]] in
      let blocks = shapes.map { Block<Double>(Arena(), count: $0 * ($1 + 1)) }
      let matrices = zip(blocks, shapes).map { block, shape in
        let whole = block.rows(shape.0, shape.1 + 1)
        whole.fill(-1)
        let rows = whole.columns(0..<shape.1)
        for r in 0..<shape.0 {
          for c in 0..<shape.1 { rows[r, c] = Double((r * 31 + c * 7 + lane.rank * 3) % 101) }
        }
        return rows
      }
      lane.sum(NativeKernels<Double>.self, matrices)
      let gaps = zip(blocks, shapes).flatMap { block, shape in
        block.rows(shape.0, shape.1 + 1).columns(shape.1..<shape.1 + 1).elements
      }
      guard gaps.allSatisfy({ $0 == -1 }) else { throw CheckpointError(.corrupt, "a gap was written to") }
      let values = matrices.map(\.elements)
      withExtendedLifetime(blocks) {}
      return values
    }
    for (shape, index) in zip(shapes, shapes.indices) {
      let expected = (0..<shape.0 * shape.1).map { place in
        let (r, c) = (place / shape.1, place % shape.1)
        return (0..<count).reduce(0.0) { $0 + Double((r * 31 + c * 7 + $1 * 3) % 101) }
      }
      for lane in sums { #expect(lane[index] == expected) }
    }
  }

  @Test func `process 0's values become everyone's`() throws {
    let values = try Lane.run(3) { lane throws(CheckpointError) -> [Float] in
      let block = Block<Float>(Arena(), count: 200_000)
      let rows = block.rows(2, 100_000)
      rows.fill(Float(lane.rank + 5))
      lane.broadcast([rows])
      let elements = rows.elements
      withExtendedLifetime(block) {}
      return elements
    }
    #expect(values.allSatisfy { $0.count == 200_000 && $0.allSatisfy { $0 == 5 } })
  }

  @Test func `shares are equal, parts need not be`() throws {
    let shares = try Lane.run(3) { lane in lane.share(of: [4, 2, 9, 7, 5, 1]) }
    #expect(shares == [[4, 2], [9, 7], [5, 1]])
    for total in [0, 1, 3, 7] {
      let vectors = (0..<total).map { [Float($0), Float(-$0)] }
      let all = try Lane.run(3) { lane in
        lane.gather(Array(vectors[lane.part(of: total).range]), width: 2, total: total)
      }
      #expect(all == [vectors, vectors, vectors])
    }
    #expect(throws: CheckpointError(.wrongWords, "")) {
      _ = try Lane.run(3) { lane throws(CheckpointError) in try lane.checkShares(of: 8) }
    }
  }

  @Test func `a process on its own does nothing`() {
    let alone = SingleProcess.shared
    #expect(alone.sum([2, 3]) == [2, 3])
    #expect(alone.share(of: [1, 2, 3]) == [1, 2, 3])
    #expect(alone.gather([[1], [2]], width: 1, total: 2) == [[1], [2]])
  }
}
