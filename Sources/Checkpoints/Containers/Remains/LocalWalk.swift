// SPDX-License-Identifier: Apache-2.0

/// The members of an archive by their own headers, in the order of the file: what there is to go by where the directory
/// is gone, as in a file that was cut.
///
/// PyTorch leaves the sizes out of its headers and writes them behind the data, in a descriptor. So a member ends where a
/// descriptor counts just the bytes in front of it.
struct LocalWalk {
  struct Member {
    var header: FoundHeader
    /// Nil where neither header nor descriptor says; then nothing but what the member is can tell where it ends.
    var sizes: MemberSizes?
    /// No byte from here on is the member's: a header begins here, or the file ends.
    var limit: Int
    /// Behind its descriptor, where the next member begins.
    var end: Int

    /// The bytes that are there, packed as they may be.
    var range: Range<Int> {
      let start = min(header.dataOffset, limit)
      guard let sizes, sizes.packed <= limit - start else { return start..<limit }
      return start..<start + sizes.packed
    }

    var isWhole: Bool { sizes.map { $0.packed == range.count && header.dataOffset <= limit } ?? false }
  }

  private(set) var members: [Member] = []
  private let file: InputFile
  private let search: SignatureSearch

  init(_ file: InputFile, _ search: SignatureSearch) throws(CheckpointError) {
    self.file = file
    self.search = search
    var names: Set<Text> = []
    var place = 0
    while let header = try nextHeader(&place, but: names) {
      let member = try member(header, but: names)
      names.insert(header.name)
      members.append(member)
      place = search.index(from: max(member.end, header.offset + 1))
    }
  }

  /// The next mark at which a member of the archive begins. One whose name was met lies inside another member: a
  /// checkpoint in a tensor of bytes.
  private func nextHeader(_ place: inout Int, but names: Set<Text>) throws(CheckpointError) -> FoundHeader? {
    while place < search.marks.count {
      defer { place += 1 }
      let mark = search.marks[place]
      guard mark.kind == .local, let header = try FoundHeader(at: mark.offset, of: file),
        belongs(header, but: names)
      else { continue }
      return header
    }
    return nil
  }

  private func belongs(_ header: FoundHeader, but names: Set<Text>) -> Bool {
    guard !names.contains(header.name) else { return false }
    guard let first = members.first?.header.name, let slash = first.firstIndex(of: "/") else { return true }
    return header.name.hasPrefix(first[0..<slash] + "/")
  }

  private func member(_ header: FoundHeader, but names: Set<Text>) throws(CheckpointError) -> Member {
    if let stated = header.stated { return try member(header, stated) }
    let start = header.dataOffset
    for place in search.index(from: start)..<max(search.marks.count, search.index(from: start)) {
      let mark = search.marks[place]
      switch mark.kind {
      case .descriptor:
        guard let (sizes, end) = try descriptor(at: mark.offset, after: start, isStored: header.isStored)
        else { continue }
        return Member(header: header, sizes: sizes, limit: mark.offset, end: end)
      case .local:
        guard let next = try FoundHeader(at: mark.offset, of: file), next.name != header.name,
          belongs(next, but: names)
        else { continue }
        return Member(header: header, sizes: nil, limit: mark.offset, end: mark.offset)
      case .central:
        guard try isDirectory(at: mark.offset, of: names, header.name) else { continue }
        return Member(header: header, sizes: nil, limit: mark.offset, end: mark.offset)
      }
    }
    return Member(header: header, sizes: nil, limit: file.size, end: file.size)
  }

  /// One whose header says how long it is.
  private func member(_ header: FoundHeader, _ stated: MemberSizes) throws(CheckpointError) -> Member {
    let (end, overflow) = header.dataOffset.addingReportingOverflow(stated.packed)
    guard !overflow, end <= file.size else {
      return Member(header: header, sizes: stated, limit: file.size, end: file.size)
    }
    let isDescribed = header.flags & ZipFlags.dataDescriptor != 0
    let behind = isDescribed ? try descriptor(at: end, after: header.dataOffset, isStored: true)?.end : nil
    return Member(header: header, sizes: stated, limit: end, end: behind ?? end)
  }

  /// What a descriptor says that counts the bytes from `start` up to itself, and where it ends. What follows it must be
  /// what follows one, or the file's end.
  private func descriptor(
    at offset: Int, after start: Int, isStored: Bool
  ) throws(CheckpointError) -> (MemberSizes, end: Int)? {
    for width in [4, 8] {
      let end = offset + 8 + 2 * width
      guard end <= file.size else { continue }
      var reader = ByteReader(try file.read(offset + 4..<end), base: offset, subject: "a data descriptor")
      let crc = try reader.u32()
      let packed = width == 4 ? UInt64(try reader.u32()) : try reader.u64()
      let size = width == 4 ? UInt64(try reader.u32()) : try reader.u64()
      guard packed == UInt64(offset - start), !isStored || size == packed, let size = Int(exactly: size),
        try isBoundary(end)
      else { continue }
      return (MemberSizes(size: size, packed: offset - start, crc: crc), end)
    }
    return nil
  }

  /// Whether a record may begin here: one does, or the file ends before it could be told.
  private func isBoundary(_ offset: Int) throws(CheckpointError) -> Bool {
    if search.has(offset) { return true }
    let left = try file.read(offset..<min(offset + 4, file.size))
    return left.starts(with: [0x50, 0x4B].prefix(left.count)) && left.count < 4
      || left.starts(with: [0x50, 0x4B, 5, 6]) || left.starts(with: [0x50, 0x4B, 6, 6])
  }

  /// Whether a central entry of a member of this archive stands there.
  private func isDirectory(
    at offset: Int, of names: Set<Text>, _ name: Text
  ) throws(CheckpointError) -> Bool {
    guard offset + 46 <= file.size else { return true }
    let length = try file.read(offset + 28..<offset + 30)
    let end = offset + 46 + Int(length[0]) + Int(length[1]) << 8
    guard end <= file.size else { return true }
    let found = Text(String(decoding: try file.read(offset + 46..<end), as: UTF8.self))
    return found == name || names.contains(found)
  }

  /// The least that the file must have had: the rest of the last member, and a directory of those that are there.
  var leastFileSize: Int {
    let end = members.last.map { last in
      max(last.end, last.sizes.map { min(last.header.dataOffset &+ $0.packed, 1 << 58) } ?? 0)
    }
    return members.reduce((end ?? 0) + 22) { $0 + 46 + $1.header.name.count }
  }
}
