// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

@Suite struct ShardSplitTests {
  private func split(_ sizes: [Int], groups: [Int]? = nil, _ limit: Int) -> ShardSplit {
    ShardSplit(sizes: sizes, groups: (groups ?? Array(sizes.indices)).map { StorageID($0) }, limit: limit)
  }

  @Test func `tensors fill a shard in order until the next does not fit`() {
    #expect(split([4, 4, 2, 5, 5, 1], 10).shards == [[0, 1, 2], [3, 4], [5]])
    #expect(split([10, 10], 10).shards == [[0], [1]])
    #expect(split([1, 2, 3], 100).shards == [[0, 1, 2]])
    #expect(split([], 10).shards == [[]])
  }

  @Test func `a tensor larger than a shard has its own, before the one that is being filled`() {
    #expect(split([3, 50, 3, 9], 10).shards == [[1], [0, 2], [3]])
  }

  @Test func `tied tensors go together and count once`() {
    let split = split([6, 6, 6, 6], groups: [0, 1, 0, 2], 12)
    #expect(split.shards == [[0, 2, 1], [3]])
    #expect(split.totalSize == 18)
  }

  @Test(arguments: [
    ("5GB", 5_000_000_000), ("500MB", 500_000_000), ("64MiB", 64 << 20), ("1 kb", 1000), ("123", 123),
    ("7B", 7),
    ("2TiB", 2 << 40),
  ]) func `sizes in decimal and binary units`(text: String, bytes: Int) {
    #expect(ShardSize(text)?.bytes == bytes)
  }

  @Test(arguments: ["", "GB", "0", "-5MB", "1.5GB", "5XB", "5GBs", "99999999999TB", "5 G B"])
  func `what is no size`(text: String) {
    #expect(ShardSize(text) == nil)
  }
}
