// SPDX-License-Identifier: Apache-2.0

/// Zip archives: torch's own, numpy's, and any other; sound, or as any reader would take them.
extension FileExaminer {
  mutating func examineZip(_ subject: ScanSubject, _ start: [UInt8]) throws(CheckpointError) -> String? {
    // An empty archive begins as its own end.
    let begins = ZipDirectory.begins(start) || start.starts(with: [0x50, 0x4B, 5, 6])
    if !begins { guard try isArchiveFromItsEnd(subject, start) else { return nil } }
    do throws(CheckpointError) {
      let directory = try ZipDirectory(subject.file)
      let members = directory.entries.map { ArchiveMember($0, in: directory) }
      let names = TorchArchiveNames(members)
      let form = try examine(members, names, of: subject)
      if names.holdsScript { examineScript(directory, subject) }
      try examineGaps(directory, subject)
      return form
    } catch {
      return try examineUnsound(subject, error)
    }
  }

  /// Whether readers that look for a directory at the end find one, which is no member's of a tar archive.
  private func isArchiveFromItsEnd(
    _ subject: ScanSubject, _ start: [UInt8]
  ) throws(CheckpointError) -> Bool {
    guard let directory = try ZipSweep.directory(of: subject.file) else { return false }
    if isNested(directory, in: subject) { return false }
    guard TarDirectory.begins(start) else { return true }
    return try !TarSweep(subject.file).members.contains { $0.range.contains(directory) }
  }

  /// An archive that the strict reader refuses.
  private mutating func examineUnsound(
    _ subject: ScanSubject, _ error: CheckpointError
  ) throws(CheckpointError) -> String {
    let sweep = try ZipSweep(subject.file)
    if error.code == .corrupt && sweep.hasDirectory {
      findDisagreement(error, in: subject)
    } else {
      notes.skip(error, of: subject)
    }
    let members = sweep.members.map { ArchiveMember($0, in: subject.file) }
    let names = TorchArchiveNames(members)
    if names.holdsScript {
      notes.skip(
        CheckpointError(.unsupported, "its TorchScript is not looked at, since the archive is not sound"),
        of: subject)
    }
    return try examine(members, names, of: subject)
  }

  /// What the strict reader refuses makes others read something else.
  private mutating func findDisagreement(_ error: CheckpointError, in subject: ScanSubject) {
    let inside = error.location.member.map { subject.member($0, subject.file) } ?? subject
    notes.find(
      .archive, error.reason + ": readers do not agree on the archive", in: inside, at: error.location.byte)
  }

  /// Bytes that the directory does not speak of.
  private mutating func examineGaps(
    _ directory: ZipDirectory, _ subject: ScanSubject
  ) throws(CheckpointError) {
    do throws(CheckpointError) {
      for gap in try directory.unclaimedRanges() {
        let hidden = try ZipSweep(subject.file, unlisted: gap).members
        for member in hidden {
          notes.find(
            .hidden, "the member \(member.name) is in the file, but not in its directory", in: subject,
            at: member.range.lowerBound)
        }
        if hidden.isEmpty {
          try examineRest(of: subject.part(gap), from: 0)
        } else {
          let members = hidden.map { ArchiveMember($0, in: subject.file) }
          _ = try examine(members, TorchArchiveNames(members), of: subject)
        }
      }
    } catch {
      guard error.code == .corrupt else { throw error }
      findDisagreement(error, in: subject)
    }
  }

  // MARK: Members

  /// Examines the pickles of torch's own archives first: the storages that they name are numbers by that.
  ///
  /// - Returns: the word for the archive.
  private mutating func examine(
    _ members: [ArchiveMember], _ names: TorchArchiveNames, of subject: ScanSubject
  ) throws(CheckpointError) -> String {
    var storages: Set<Text> = []
    for member in members where names.isPickle(member.name) {
      guard let inside = open(member, of: subject, names) else { continue }
      let keys = try examineArchivePickle(inside)
      storages.formUnion(names.storages(keys, of: member.name))
    }
    for member in members where !names.isPickle(member.name) {
      if storages.contains(member.name.asciiLowercased) {
        notes.note(forms: [], of: subject.member(member.name, subject.file))
        continue
      }
      guard var inside = open(member, of: subject, names) else { continue }
      inside.isStorage = names.isStorage(member.name)
      if names.isPackage, member.name.hasSuffix(".py") {
        notes.find(.code, "torch.package would run it", in: inside)
      }
      examine(inside)
    }
    return names.word
  }

  /// A member as a file; nil where it cannot be unpacked, which is said.
  private mutating func open(
    _ member: ArchiveMember, of subject: ScanSubject, _ names: TorchArchiveNames
  ) -> ScanSubject? {
    var inside = subject.member(member.name, subject.file, packedSize: member.range.count)
    inside.isStray = subject.isStray || member.isStray
    inside.isScript = names.isTorchScript
    do throws(CheckpointError) {
      guard member.method != 0 else {
        let stored = try InputFile(member.range, of: subject.file)
        if member.isEncrypted {
          // The flag may be all that is encrypted.
          var stray = inside.with(stored)
          stray.isStray = true
          examine(stray)
          throw CheckpointError(.unsupported, "it is encrypted", hint: "decrypt the archive first")
        }
        return inside.with(stored)
      }
      return try inside.with(unpack(member, inside))
    } catch {
      notes.note(forms: [], of: inside)
      notes.skip(error, of: inside)
      return nil
    }
  }

  private mutating func unpack(
    _ member: ArchiveMember, _ subject: ScanSubject
  ) throws(CheckpointError) -> InputFile {
    guard member.method == 8 else {
      guard let listed = member.listed else {
        throw CheckpointError(.unsupported, "it is compressed by method \(member.method)")
      }
      try StructureLimits.current.check(listed.entry.size, packed: listed.entry.compressedSize)
      unpackedLeft -= min(unpackedLeft, listed.entry.size)
      return try InputFile(unpacked: listed.directory.read(listed.entry), from: subject.file.path)
    }
    // An array of numbers says so at its beginning, and need not be unpacked.
    if let size = member.listed?.entry.size, size > Self.largestUnpackedUnseen {
      let head = try subject.file.read(member.range.prefix(1 << 18))
      let start = try InputFile(
        unpacked: Inflation(head, .none, limit: 1 << 17).bytes, from: subject.file.path)
      if try start.read(0..<min(6, start.size)) == NPYHeader.magic,
        let elements = try NPYElements(start, size: size), elements.kind == .plain, elements.end == size
      {
        return start
      }
    }
    let mostPacked = 1 << 30
    guard member.range.count <= mostPacked else {
      throw CheckpointError(.limit, "\(member.range.count) packed bytes; at most \(mostPacked) are unpacked")
    }
    guard unpackedLeft > 0 else {
      throw CheckpointError(
        .limit, "what was unpacked before it is the most that is unpacked of one file",
        hint: StructureLimits.hint)
    }
    let unpacked = Inflation(try subject.file.read(member.range), .none, limit: unpackedLeft)
    unpackedLeft -= unpacked.bytes.count
    if let failure = unpacked.failure {
      if member.isEncrypted {
        throw CheckpointError(.unsupported, "it is encrypted", hint: "decrypt the archive first")
      }
      notes.skip(failure, of: subject)
    }
    return try InputFile(unpacked: unpacked.bytes, from: subject.file.path)
  }

  private static let largestUnpackedUnseen = 16 << 20
}
