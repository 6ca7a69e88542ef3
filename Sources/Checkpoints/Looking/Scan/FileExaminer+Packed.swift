// SPDX-License-Identifier: Apache-2.0

/// Files that are packed as a whole, as joblib, gzip and others do it: unpacked where that can be done, else named.
extension FileExaminer {
  mutating func examinePacked(_ subject: ScanSubject, _ start: [UInt8]) throws(CheckpointError) -> String? {
    if let form = PackedForm(start) {
      if form.isShelter {
        notes.find(
          .packed, "it is \(form.words): no checkpoint is packed so, and scanners are evaded with it",
          in: subject)
      } else {
        notes.skip(
          CheckpointError(
            .unsupported, "it is \(form.words), which is not unpacked here",
            hint: ForeignFile.known(start, subject.file)?.hint), of: subject)
      }
      return form.rawValue
    }
    // joblib before 0.10: a length in hexadecimal, 19 letters wide, before zlib's bytes.
    let head = start.starts(with: Array("ZF0x".utf8)) ? 21 : 0
    guard let wrapping = Inflation.Wrapping(start.dropFirst(head)) else { return nil }
    guard subject.size <= 1 << 30 else {
      notes.skip(
        CheckpointError(.limit, "\(subject.size) packed bytes; at most 1 GiB is unpacked"), of: subject)
      return "\(wrapping)"
    }
    let unpacked = Inflation(try subject.file.read(head..<subject.size), wrapping, limit: unpackedLeft)
    // Two bytes of zlib may begin anything.
    guard unpacked.failure == nil || wrapping == .gzip || start[0] == 0x78 && !unpacked.bytes.isEmpty else {
      return nil
    }
    unpackedLeft -= unpacked.bytes.count
    if let failure = unpacked.failure { notes.skip(failure, of: subject) }
    let file = try InputFile(unpacked: unpacked.bytes, from: subject.file.path)
    examine(subject.member("unpacked", file, packedSize: unpacked.end))
    if unpacked.failure == nil { try examineRest(of: subject, from: head + unpacked.end) }
    return "\(wrapping)"
  }
}
