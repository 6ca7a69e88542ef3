// SPDX-License-Identifier: Apache-2.0

/// Finds the members that a directory names in a file that is not as it was when the directory was written.
struct MemberSearch {
  private let file: InputFile
  private let search: SignatureSearch
  private let found: ShiftedDirectory
  /// Where each name's headers stand, once that is asked for.
  private var headers: [Text: [FoundHeader]]?
  /// Bytes that may yet be read to tell by a CRC-32 where a member without a header lies.
  private var triesLeft: Int

  init(_ file: InputFile, _ search: SignatureSearch, _ found: ShiftedDirectory) {
    self.file = file
    self.search = search
    self.found = found
    triesLeft = 4 * file.size
  }

  mutating func remains(_ fault: CheckpointError) throws(CheckpointError) -> ZipRemains {
    var entries: [ZipEntry] = []
    var fragments: [ZipRemains.Fragment] = []
    var names: Set<Text> = []
    let sorted = found.headers.sorted { $0.headerOffset < $1.headerOffset }
    var next: [Text: Int] = [:]
    for (header, after) in zip(sorted, sorted.dropFirst()) { next[header.name] = after.headerOffset }
    for central in found.headers where names.insert(central.name).inserted {
      let behind = next[central.name] ?? found.start - found.shift
      if let entry = try entry(central, before: behind, index: entries.count) {
        entries.append(entry)
      } else {
        fragments.append(
          .init(
            name: central.name, range: 0..<0, size: central.size, isStored: central.method == 0,
            reason: found.shift < 0
              ? "the part of the file that held it is missing, or not as it was"
              : "what stands in its place is not what the archive says"))
      }
    }
    let directory = ZipDirectory(
      file, entries: entries, end: found.start,
      records: RebuiltDirectory.records(entries, at: found.start))
    return ZipRemains(directory, fragments, fault, missing: max(0, -found.shift))
  }

  /// - Parameter behind: where the directory says that the next member's header begins.
  private mutating func entry(
    _ central: CentralHeader, before behind: Int, index: Int
  ) throws(CheckpointError) -> ZipEntry? {
    let sizes = MemberSizes(size: central.size, packed: central.compressedSize, crc: central.crc)
    let furthest = ShiftedDirectory.furthest
    guard sizes.packed <= file.size, max(central.headerOffset, behind) <= furthest else { return nil }
    for offset in places(central.headerOffset) {
      guard let header = try FoundHeader(at: offset, of: file) else { continue }
      if try fits(header, central, sizes) { return ZipEntry(header, sizes, index: index) }
      // One of two names is not what it was, and nothing tells which.
      if header.name != central.name, header.stated == sizes || header.stated == nil, found.shift == 0 {
        return nil
      }
    }
    for header in try named(central.name) where try fits(header, central, sizes) {
      return ZipEntry(header, sizes, index: index)
    }
    guard let start = try bare(central, sizes, before: behind) else { return nil }
    return ZipEntry(
      name: central.name, method: central.method, compressedSize: sizes.packed, size: sizes.size,
      crc32: sizes.knownCRC, dataRange: start..<start + sizes.packed, headerOffset: start, index: index,
      flags: central.flags, localFlags: central.flags, mode: central.mode,
      isMarkedFolder: central.isMarkedFolder)
  }

  /// Where something may lie that the directory says lies at `offset`.
  private func places(_ offset: Int) -> [Int] {
    found.shift == 0 ? [offset] : [offset, offset + found.shift]
  }

  /// Whether a header is the member's. Where no CRC-32 will tell what follows it, a record must follow that.
  private func fits(
    _ header: FoundHeader, _ central: CentralHeader, _ sizes: MemberSizes
  ) throws(CheckpointError) -> Bool {
    let (end, overflow) = header.dataOffset.addingReportingOverflow(sizes.packed)
    guard header.name == central.name, header.method == central.method, !overflow, end <= found.start else {
      return false
    }
    return sizes.knownCRC != nil || end == found.start || search.has(end)
  }

  private mutating func named(_ name: Text) throws(CheckpointError) -> [FoundHeader] {
    if let headers { return headers[name] ?? [] }
    var all: [Text: [FoundHeader]] = [:]
    for mark in search.marks where mark.kind == .local && mark.offset < found.start {
      // More than two of one name are of another making.
      guard let header = try FoundHeader(at: mark.offset, of: file), all[header.name, default: []].count < 2
      else { continue }
      all[header.name, default: []].append(header)
    }
    headers = all
    return all[name] ?? []
  }

  /// Where the member's bytes begin, though its header is gone: where bytes stand that have its CRC-32.
  private mutating func bare(
    _ central: CentralHeader, _ sizes: MemberSizes, before behind: Int
  ) throws(CheckpointError) -> Int? {
    guard central.method == 0, let crc = sizes.knownCRC, sizes.packed > 0 else { return nil }
    let padded = (central.headerOffset + LocalHeader.length + central.nameBytes.count + 4 + 63) / 64 * 64
    var starts: [Int] = []
    for start in [padded, behind - sizes.packed - 16, behind - sizes.packed - 24, behind - sizes.packed] {
      for place in places(start) where !starts.contains(place) { starts.append(place) }
    }
    for start in starts {
      guard start >= LocalHeader.length, sizes.packed <= found.start - start, sizes.packed <= triesLeft else {
        continue
      }
      triesLeft -= sizes.packed
      var found = CRC32()
      try ByteSource.file(file, start..<start + sizes.packed, crc32: nil).forEachChunk(of: 0..<sizes.packed) {
        found.update($0)
      }
      if found.value == crc { return start }
    }
    return nil
  }
}
