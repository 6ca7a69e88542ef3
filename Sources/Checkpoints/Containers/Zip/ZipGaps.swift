// SPDX-License-Identifier: Apache-2.0

/// What lies between the members: data descriptors, and bytes that belong to nothing.
extension ZipDirectory {
  /// The ranges in front of the central directory that no member, header or data descriptor takes.
  ///
  /// Loaders never look there, so something may be hidden; signing tools also store their block there.
  /// - Throws: `.corrupt` when a data descriptor contradicts the central directory.
  package func unclaimedRanges() throws(CheckpointError) -> [Range<Int>] {
    let sorted = entries.sorted { $0.headerOffset < $1.headerOffset }
    var ranges: [Range<Int>] = []
    for (position, entry) in sorted.enumerated() {
      let next = position + 1 < sorted.count ? sorted[position + 1].headerOffset : directoryStart
      do throws(CheckpointError) {
        let end = entry.dataRange.upperBound + (try describedLength(of: entry, before: next))
        if end < next { ranges.append(end..<next) }
      } catch { throw error.at(file: file.path, member: entry.name) }
    }
    return ranges
  }

  /// Members that say that a descriptor follows them, and have none: a reader that streams the file would look for it.
  package func undescribed() throws(CheckpointError) -> [ZipEntry] {
    let sorted = entries.sorted { $0.headerOffset < $1.headerOffset }
    var found: [ZipEntry] = []
    for (position, entry) in sorted.enumerated()
    where (entry.flags | entry.localFlags) & ZipFlags.dataDescriptor != 0 {
      let next = position + 1 < sorted.count ? sorted[position + 1].headerOffset : directoryStart
      if try descriptorLength(of: entry, before: next) == nil { found.append(entry) }
    }
    return found
  }

  /// A descriptor has sizes of 32 or 64 bits, and may lack its signature (APPNOTE 4.3.9): the form that
  /// repeats what the directory says is the one.
  private func descriptorLength(of entry: ZipEntry, before next: Int) throws(CheckpointError) -> Int? {
    let start = entry.dataRange.upperBound
    guard start < next else { return nil }
    let bytes = try file.read(start..<min(start + 24, next))
    for (signature, wide) in [(true, false), (true, true), (false, false), (false, true)] {
      let expected = Self.descriptor(of: entry, signature: signature, wide: wide)
      if bytes.starts(with: expected) { return expected.count }
    }
    return nil
  }

  private func describedLength(of entry: ZipEntry, before next: Int) throws(CheckpointError) -> Int {
    let start = entry.dataRange.upperBound
    guard entry.flags & ZipFlags.dataDescriptor != 0, start < next else { return 0 }
    if let length = try descriptorLength(of: entry, before: next) { return length }
    throw CheckpointError(
      .corrupt, "its data descriptor contradicts the central directory", at: .init(byte: start))
  }

  private static func descriptor(of entry: ZipEntry, signature: Bool, wide: Bool) -> [UInt8] {
    var bytes: [UInt8] = signature ? [0x50, 0x4B, 7, 8] : []
    func append(_ value: Int, _ width: Int) {
      for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }
    append(Int(entry.crc32 ?? 0), 4)
    append(entry.compressedSize, wide ? 8 : 4)
    append(entry.size, wide ? 8 : 4)
    return bytes
  }
}
