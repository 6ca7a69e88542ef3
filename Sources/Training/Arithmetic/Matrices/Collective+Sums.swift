// SPDX-License-Identifier: Apache-2.0

/// Sums over processes, added in the order of ranks: every process has the same bits, whatever the network between them
/// does.
extension Collective {
  /// Element by element, for short lists.
  package func sum(_ values: [Double]) -> [Double] {
    guard isShared else { return values }
    let all = gather(values)
    var sums = Array(all[..<values.count])
    for process in 1..<count {
      for index in sums.indices { sums[index] += all[process * sums.count + index] }
    }
    return sums
  }

  /// Element by element and in place, for matrices of any size. All processes have matrices of the same shapes.
  ///
  /// Each process adds one part of every block and hands the sum to the others, so that it sends and receives
  /// 2 (K - 1) / K times the bytes of the matrices, as few as an all-reduce can.
  package func sum<Numbers: MatrixKernels>(_: Numbers.Type, _ matrices: [Numbers.Matrix]) {
    guard isShared else { return }
    var block: [Numbers.Matrix] = []
    var elements = 0
    for matrix in matrices {
      for range in matrix.pieces {
        block.append(matrix.rows(range))
        elements += range.count * matrix.columns
        guard elements >= Self.blockElements else { continue }
        sumBlock(Numbers.self, block, elements)
        (block, elements) = ([], 0)
      }
    }
    if elements > 0 { sumBlock(Numbers.self, block, elements) }
  }

  /// The mean over processes, element by element and in place.
  func mean<Numbers: MatrixKernels>(_: Numbers.Type, _ matrix: Numbers.Matrix) {
    guard isShared else { return }
    sum(Numbers.self, [matrix])
    Numbers.scale(matrix, by: 1 / Double(count))
  }

  /// Sets matrices to what process 0 has.
  package func broadcast<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable>(_ matrices: [Rows<Real>]) {
    guard isShared else { return }
    for matrix in matrices {
      for range in matrix.pieces {
        let rows = matrix.rows(range)
        rows.update(rowByRow: broadcast(rows.elements)[...])
      }
    }
  }

  /// Numbers that are summed at once: large enough that a message's delay counts for nothing, small enough that the
  /// copies do.
  private static var blockElements: Int { 1 << 20 }

  private func sumBlock<Numbers: MatrixKernels>(_: Numbers.Type, _ block: [Numbers.Matrix], _ elements: Int) {
    let part = (elements + count - 1) / count
    var mine: [Numbers.Real] = []
    mine.reserveCapacity(part * count)
    for rows in block { mine += rows.elements }
    mine += [Numbers.Real](repeating: 0, count: part * count - elements)
    let parts = Rows<Numbers.Real>(Arena(regionBytes: 1), count, part)
    parts.update(rowByRow: exchange(mine)[...])
    for process in 1..<count { Numbers.add(parts.row(process), into: parts.row(0), accumulate: true) }
    let all = gather(parts.row(0).elements)
    var start = 0
    for rows in block {
      let size = rows.rows * rows.columns
      rows.update(rowByRow: all[start..<start + size])
      start += size
    }
  }
}
