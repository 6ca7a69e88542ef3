// SPDX-License-Identifier: Apache-2.0

/// A zip archive as far as it can be read, whatever has happened to the file: cut, overwritten in places, with a part
/// taken out, with something in front or behind.
struct ZipRemains {
  /// A member of which not every byte is there, or none can be told to be.
  struct Fragment {
    var name: Text
    /// Its first bytes, packed as they may be.
    var range: Range<Int>
    /// How many there should be, unpacked; nil where nothing says.
    var size: Int?
    var isStored: Bool
    /// One sentence.
    var reason: String
  }

  /// The members that are whole, for all who read archives. What their bytes are is for their CRC-32 to tell.
  let directory: ZipDirectory
  /// By name.
  let fragments: [Text: Fragment]
  /// What keeps the archive from being read strictly; empty where it can be.
  let faults: [CheckpointError]
  /// Bytes that are known to be missing, by the directory. Nil where the directory itself is.
  let missing: Int?
  /// What was found without a directory.
  let walk: LocalWalk?

  /// - Throws: what keeps the file from being read as an archive at all; `.ambiguous` for two archives in a row.
  init(_ file: InputFile) throws(CheckpointError) {
    let fault: CheckpointError
    do throws(CheckpointError) {
      self.init(try ZipDirectory(file), faults: [])
      return
    } catch { fault = error }
    guard fault.code == .corrupt || fault.code == .unsupported else { throw fault }
    do throws(CheckpointError) {
      let search = try SignatureSearch(file)
      guard let found = try ShiftedDirectory(file) else {
        try self.init(file, LocalWalk(file, search), fault)
        return
      }
      if let inner = try Self.inner(found, of: file) {
        self.init(inner.directory, faults: inner.faults)
        return
      }
      var members = MemberSearch(file, search, found)
      self = try members.remains(fault)
    } catch { throw error.at(file: file.path) }
  }

  private init(_ directory: ZipDirectory, faults: [CheckpointError]) {
    self.directory = directory
    self.faults = faults
    fragments = [:]
    missing = 0
    walk = nil
  }

  init(
    _ directory: ZipDirectory, _ fragments: [Fragment], _ fault: CheckpointError, missing: Int?,
    walk: LocalWalk? = nil
  ) {
    self.directory = directory
    self.fragments = Dictionary(fragments.map { ($0.name, $0) }) { first, _ in first }
    faults = [fault]
    self.missing = missing
    self.walk = walk
  }

  /// A whole archive with something in front of it or behind it.
  private static func inner(
    _ found: ShiftedDirectory, of file: InputFile
  ) throws(CheckpointError) -> (directory: ZipDirectory, faults: [CheckpointError])? {
    guard found.shift >= 0, found.shift > 0 || found.end < file.size,
      let directory = try? ZipDirectory(InputFile(found.shift..<found.end, of: file))
    else { return nil }
    var faults: [CheckpointError] = []
    if found.shift > 0 {
      if let first = try? ShiftedDirectory(InputFile(0..<found.shift, of: file)), first.shift == 0 {
        let path = ShellWords.path(file.path)
        throw CheckpointError(
          .ambiguous, "two archives stand in it, one behind the other", at: .init(byte: found.shift),
          hint:
            "`head -c \(found.shift) \(path) > first.pth` or `tail -c +\(found.shift + 1) \(path) > second.pth`"
        )
      }
      faults.append(
        CheckpointError(
          .corrupt, "\(found.shift) bytes stand before the first member", at: .init(file: file.path, byte: 0))
      )
    }
    if found.end < file.size {
      faults.append(
        CheckpointError(
          .corrupt, "\(file.size - found.end) bytes follow the end of the archive",
          at: .init(file: file.path, byte: found.end)))
    }
    return (directory, faults)
  }

  /// An archive without its directory.
  private init(_ file: InputFile, _ walk: LocalWalk, _ fault: CheckpointError) throws(CheckpointError) {
    guard !walk.members.isEmpty else { throw fault }
    var entries: [ZipEntry] = []
    var fragments: [Fragment] = []
    for member in walk.members {
      if member.isWhole, let sizes = member.sizes {
        entries.append(ZipEntry(member.header, sizes, index: entries.count))
      } else {
        fragments.append(
          Fragment(
            name: member.header.name, range: member.range, size: member.sizes?.size,
            isStored: member.header.isStored,
            reason: member.limit == file.size ? "the file ends inside it" : "nothing says where it ends"))
      }
    }
    let end = walk.members.last?.end ?? file.size
    let directory = ZipDirectory(
      file, entries: entries, end: end, records: RebuiltDirectory.records(entries, at: end))
    self.init(directory, fragments, fault, missing: nil, walk: walk)
  }
}

extension ZipRemains {
  /// Everything of a member without an end, of which something else tells how long it must be.
  func bytes(of fragment: Fragment, _ byteCount: Int) throws(CheckpointError) -> ByteSource {
    let file = directory.file
    let range = fragment.range
    let reason = "\(fragment.reason): \(fragment.name)"
    guard fragment.isStored, fragment.size == nil || fragment.size == byteCount else {
      return .computed(LostBytes(byteCount, reason))
    }
    // What is there is its own only where nothing but the file's end cuts it short.
    guard range.upperBound == file.size, walk != nil else { return .computed(LostBytes(byteCount, reason)) }
    guard range.count >= byteCount else {
      let held = ByteSource.file(file, range, crc32: nil)
      return .computed(LostBytes(byteCount, held: held, missing: byteCount - range.count, reason))
    }
    // Behind it the file may end within the descriptor, whose CRC-32 comes first.
    let end = range.lowerBound + byteCount
    let behind = try file.read(end..<min(range.upperBound, end + 24))
    guard behind.count < 24, behind.prefix(4).elementsEqual([0x50, 0x4B, 7, 8].prefix(behind.count)) else {
      return .computed(LostBytes(byteCount, reason))
    }
    guard behind.count >= 8 else { return .file(file, range.lowerBound..<end, crc32: nil) }
    var reader = ByteReader(behind, from: 4, base: end, subject: "a data descriptor")
    let crc = try reader.u32()
    return .file(file, range.lowerBound..<end, crc32: crc == 0 ? nil : crc)
  }
}

extension ZipEntry {
  /// A member by its own header, at the place where that says that the bytes begin.
  init(_ header: FoundHeader, _ sizes: MemberSizes, index: Int) {
    self.init(
      name: header.name, method: header.method, compressedSize: sizes.packed, size: sizes.size,
      crc32: sizes.knownCRC, dataRange: header.dataOffset..<header.dataOffset + sizes.packed,
      headerOffset: header.offset, index: index, flags: header.flags, localFlags: header.flags)
  }
}
