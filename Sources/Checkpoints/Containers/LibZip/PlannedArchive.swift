// SPDX-License-Identifier: Apache-2.0

/// A zip archive of stored members.
struct PlannedArchive: PlannedSection {
  struct Member: Sendable {
    var name: Text
    var bytes: PlannedBytes
  }

  let contents: [Member]
  let layout: ArchiveLayout
  let byteCount: Int

  init(_ contents: [Member]) {
    self.contents = contents
    layout = ArchiveLayout(contents.map { ($0.name, $0.bytes.byteCount) })
    byteCount = layout.directoryOffset + layout.directory(crc32s: contents.map { _ in 0 }).count
  }

  var members: [PlannedMember] {
    zip(contents, layout.members).map { member, place in
      PlannedMember(
        name: member.name, bytes: member.bytes.byteCount, offset: place.dataOffset,
        origin: member.bytes.knownCRC32 == nil ? .compute : .copy)
    }
  }

  func write(
    to file: borrowing OutputFile, at start: Int, onBytes: (Int) -> Void
  ) throws(CheckpointError) -> Int {
    var crc32s: [UInt32] = []
    for (member, place) in zip(contents, layout.members) {
      let crc32 = try member.bytes.writeWithCRC32(to: file, at: start + place.dataOffset, onBytes: onBytes)
      try file.write(layout.localHeader(place, crc32: crc32), at: start + place.headerOffset)
      crc32s.append(crc32)
    }
    try file.write(layout.directory(crc32s: crc32s), at: start + layout.directoryOffset)
    return byteCount
  }
}
