// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension FuzzTarget {
  static func zip(_ bytes: [UInt8]) throws(CheckpointError) {
    try ScratchFile.opened(bytes) { file throws(CheckpointError) in
      let zip = try ZipDirectory(file)
      for entry in zip.entries {
        precondition(zip.entry(named: entry.name) == entry)
        // A refused member does not hide the others.
        if let bytes = try? zip.read(entry, limit: 1 << 24) { precondition(bytes.count == entry.size) }
      }
      _ = try zip.unclaimedRanges()
    }
  }

  static func tar(_ bytes: [UInt8]) throws(CheckpointError) {
    try ScratchFile.opened(bytes) { file throws(CheckpointError) in
      let tar = try TarDirectory(file)
      for member in tar.members {
        precondition(tar.member(member.name) == member)
        _ = try tar.file.read(member.range)
      }
    }
  }

  static func legacy(_ bytes: [UInt8]) throws(CheckpointError) {
    try ScratchFile.opened(bytes) { file throws(CheckpointError) in
      let stream = try LegacyStream(file)
      for storage in stream.storages { _ = try stream.file.read(storage.range) }
    }
  }
}
