// SPDX-License-Identifier: Apache-2.0

extension Collective {
  /// This process's share of `items`, of which each process has equally many, in their order.
  package func share(of items: [Int]) -> [Int] {
    guard isShared else { return items }
    precondition(items.count % count == 0, "equal shares")
    let size = items.count / count
    return Array(items[rank * size..<(rank + 1) * size])
  }

  /// This process's part of 0 ..< total where the last processes may have fewer, and how long a part is.
  package func part(of total: Int) -> (range: Range<Int>, length: Int) {
    let length = (total + count - 1) / count
    return (min(total, rank * length)..<min(total, (rank + 1) * length), length)
  }

  /// The vectors of all parts of 0 ..< total, in their order. All are of `width` elements.
  package func gather(_ vectors: [[Float]], width: Int, total: Int) -> [[Float]] {
    guard isShared else { return vectors }
    let missing = part(of: total).length - vectors.count
    let all = gather(vectors.flatMap { $0 } + [Float](repeating: 0, count: missing * width))
    return (0..<total).map { Array(all[$0 * width..<($0 + 1) * width]) }
  }
}
