// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints

/// The word after `--shard-size`.
struct ShardSizeWord: ExpressibleByArgument {
  let size: ShardSize

  init?(argument: String) {
    guard let size = ShardSize(argument) else { return nil }
    self.size = size
  }
}
