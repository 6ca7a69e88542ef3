// SPDX-License-Identifier: Apache-2.0

/// Which tensor goes into which shard: `split_state_dict_into_shards_factory` of `huggingface_hub`.
///
/// Tensors fill a shard in order until the next does not fit. One that is larger than a shard has its own, before the
/// one that is being filled. Tied tensors go where the first of them goes and count once.
struct ShardSplit {
  /// Positions in the list that was given, a list a shard.
  private(set) var shards: [[Int]] = []
  /// All bytes that count.
  private(set) var totalSize = 0

  /// - Parameters:
  ///   - sizes: bytes of each tensor.
  ///   - groups: equal where tensors must stay together.
  init(sizes: [Int], groups: [StorageID], limit: Int) {
    var home: [StorageID: Int] = [:]
    var followers: [Int: [Int]] = [:]
    var current: [Int] = []
    var filled = 0
    for (index, size) in sizes.enumerated() {
      if let first = home[groups[index]] {
        followers[first, default: []].append(index)
        continue
      }
      home[groups[index]] = index
      totalSize += size
      if size > limit {
        shards.append([index])
        continue
      }
      if filled + size > limit {
        shards.append(current)
        (current, filled) = ([], 0)
      }
      current.append(index)
      filled += size
    }
    if !current.isEmpty { shards.append(current) }
    shards = shards.map { shard in shard.flatMap { [$0] + (followers[$0] ?? []) } }
    if shards.isEmpty { shards = [[]] }
  }
}
