// SPDX-License-Identifier: Apache-2.0

/// Pickles: one, or several that follow each other, and what lies behind them.
extension FileExaminer {
  /// The most places of one pickle of which the opcodes are shown.
  private static let mostShown = 1000
  /// The most pickles in front of one that names something.
  private static let mostSilent = 16

  /// The word for a form of `FileContent`'s, or for a pickle by itself.
  mutating func examinePickles(
    _ subject: ScanSubject, _ start: [UInt8]
  ) throws(CheckpointError) -> String? {
    let first = examination(of: subject, at: 0)
    guard first.isPickle || first.takes(subject) || first.namesDanger || leads(subject, from: first) else {
      return nil
    }
    let end = note(first, in: subject, from: 0)
    let isLegacy = LegacyStream.begins(start)
    if let end { try examineRest(of: subject, from: end, isLegacy: isLegacy) }
    return isLegacy ? "torch-legacy" : "pickle"
  }

  /// Where a pickle must be: a loader runs it, whatever it is.
  mutating func examineCertainPickle(_ subject: ScanSubject) throws(CheckpointError) {
    if let end = note(examination(of: subject, at: 0), in: subject, from: 0) {
      try examineRest(of: subject, from: end, isLegacy: false)
    }
  }

  /// The names in a pickle of an archive, and the storages that it names by their keys.
  mutating func examineArchivePickle(_ subject: ScanSubject) throws(CheckpointError) -> Set<Text> {
    let first = examination(of: subject, at: 0)
    if let end = note(first, in: subject, from: 0) {
      try examineRest(of: subject, from: end, isLegacy: false)
    }
    notes.note(forms: ["pickle"], of: subject)
    return Set(first.persistentIDs.compactMap(\.storageKey))
  }

  /// Whether a pickle follows one that names nothing, or several such.
  private func leads(_ subject: ScanSubject, from first: PickleExamination) -> Bool {
    var found = first
    for _ in 0..<Self.mostSilent {
      guard case .stop(let end, _) = found.end, end < subject.size else { return false }
      found = examination(of: subject, at: end)
      if found.isPickle { return true }
    }
    return false
  }

  /// Whether what lies here is what a pickle would load: a thing of its own, which is looked at by itself.
  func isNested(_ range: Range<Int>, in subject: ScanSubject) -> Bool {
    examination(of: subject, at: 0).nested.contains { $0.range.contains(range) }
  }

  /// One pickle between raw bytes, of which the form's own reader knows where it ends.
  mutating func examinePickle(_ subject: ScanSubject, at offset: Int) {
    _ = note(examination(of: subject, at: offset), in: subject, from: offset)
  }

  private func examination(of subject: ScanSubject, at offset: Int) -> PickleExamination {
    PickleExamination(
      subject.bytes, at: offset, limits: .reading(min(subject.size - offset, subject.packedSize)))
  }

  /// Notes what a pickle does that begins at `start`.
  ///
  /// - Returns: where the next may begin; nil where it does not end.
  private mutating func note(_ found: PickleExamination, in subject: ScanSubject, from start: Int) -> Int? {
    notes.notePickle()
    let wanted =
      found.names.filter { notes.isNews($0, in: subject) }.map(\.offset) + found.oddities.map(\.offset)
    let lines = wanted.isEmpty ? [:] : Self.disassembly(of: subject, from: start, around: wanted)
    for named in found.names {
      notes.note(named, in: subject, lines[named.offset])
    }
    for odd in found.oddities {
      let (kind, verdict) = odd.oddity.judged
      notes.find(kind, odd.oddity.words, verdict, in: subject, at: odd.offset, lines[odd.offset] ?? [])
    }
    for nested in found.nested { examine(nested, in: subject) }
    switch found.end {
    case .stop(let end, _): return end
    case .broken(let error), .cut(let error):
      notes.skip(error, of: subject)
      return nil
    }
  }

  /// The opcodes around places, counted as the member or file counts its bytes.
  private static func disassembly(
    of subject: ScanSubject, from start: Int, around offsets: [Int]
  ) -> [Int: [String]] {
    PickleDisassembly(subject.bytes, from: start).lines(around: Array(offsets.prefix(mostShown)))
      .mapValues { lines in
        lines.map { line in
          var line = line
          line.offset += subject.base
          return line.text
        }
      }
  }

  /// Bytes that a function of the pickle would load: a file of their own.
  private mutating func examine(_ nested: NestedPickle, in subject: ScanSubject) {
    do throws(CheckpointError) {
      let name: Text = "bytes that byte \(subject.base + nested.offset) loads"
      let bytes = try nested.bytes(of: subject.bytes)
      let file =
        if case .file(let file, let range, _) = bytes {
          try InputFile(range, of: file)
        } else {
          try InputFile(unpacked: bytes.read(0..<bytes.byteCount), from: subject.file.path)
        }
      var inside = subject.member(name, file)
      inside.isLoaded = true
      examine(inside)
    } catch { notes.skip(error, of: subject) }
  }

  /// What follows a pickle: more pickles, a legacy stream's storages, zeros, or something that is looked at by itself.
  private mutating func examineRest(
    of subject: ScanSubject, from start: Int, isLegacy: Bool
  ) throws(CheckpointError) {
    var end = start
    var count = 1
    // Behind the five pickles of a legacy stream lie raw numbers.
    while end < subject.size, !isLegacy || count < 5 {
      let next = examination(of: subject, at: end)
      guard isLegacy || next.isPickle || next.takes(subject, from: end) else { break }
      guard let after = note(next, in: subject, from: end) else { return }
      end = after
      count += 1
    }
    if isLegacy {
      do throws(CheckpointError) { end = try LegacyStream(subject.file).end } catch {
        return notes.skip(error, of: subject)
      }
    }
    try examineRest(of: subject, from: end)
  }

  /// What is behind the end of a form: nothing, zeros and ends of lines, or a thing of its own.
  mutating func examineRest(of subject: ScanSubject, from end: Int) throws(CheckpointError) {
    guard let start = try subject.file.firstInk(in: end..<subject.size) else { return }
    examine(try subject.part(start..<subject.size))
  }
}

extension PickleExamination {
  /// Whether it names what is dangerous, however it goes on: a reader imports that before it comes upon what is broken.
  fileprivate var namesDanger: Bool { names.contains { GlobalVerdict($0.name) == .dangerous } }

  /// Whether it runs to the end of a subject, naming nothing: plain values of the first protocols.
  fileprivate func takes(_ subject: ScanSubject, from start: Int = 0) -> Bool {
    if case .stop(let end, _) = self.end, end > start + 1 { end == subject.size } else { false }
  }
}

extension PersistentID {
  /// The key of a storage of torch: `('storage', class, key, location, count)`.
  fileprivate var storageKey: Text? {
    guard parts.count >= 5, parts[0] == .text("storage"), case .text(let key) = parts[2] else { return nil }
    return key
  }
}
