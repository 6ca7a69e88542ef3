// SPDX-License-Identifier: Apache-2.0

/// Which bytes of storages have a place to come from.
struct StorageCoverage {
  /// By storage; in order, and apart.
  private var taken: [[Range<Int>]]

  init(storages: Int) { taken = Array(repeating: [], count: storages) }

  /// Whether none of the bytes of a range is taken.
  func isFree(_ range: Range<Int>, of storage: Int) -> Bool {
    let index = place(of: range.lowerBound, in: storage)
    if index < taken[storage].count, taken[storage][index].lowerBound < range.upperBound { return false }
    return index == 0 || taken[storage][index - 1].upperBound <= range.lowerBound
  }

  /// Takes a range that is free.
  mutating func take(_ range: Range<Int>, of storage: Int) {
    taken[storage].insert(range, at: place(of: range.lowerBound, in: storage))
  }

  /// The parts of a range that are not taken, in order.
  func free(_ range: Range<Int>, of storage: Int) -> [Range<Int>] {
    var free: [Range<Int>] = []
    var position = range.lowerBound
    for part in taken[storage] where part.upperBound > range.lowerBound && part.lowerBound < range.upperBound
    {
      if part.lowerBound > position { free.append(position..<part.lowerBound) }
      position = max(position, part.upperBound)
    }
    if position < range.upperBound { free.append(position..<range.upperBound) }
    return free
  }

  /// The number of ranges that begin before a byte.
  private func place(of byte: Int, in storage: Int) -> Int {
    var (low, high) = (0, taken[storage].count)
    while low < high {
      let middle = (low + high) / 2
      if taken[storage][middle].lowerBound < byte { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
