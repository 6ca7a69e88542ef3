// SPDX-License-Identifier: Apache-2.0

/// The members of a zip archive, after PKWARE's APPNOTE 6.3, read strictly: whatever would make two readers
/// see two different archives is refused. Names, sizes and offsets alone are read here, no data.
package struct ZipDirectory: Sendable {
  package let file: InputFile
  /// In the order of the central directory.
  package let entries: [ZipEntry]
  /// Where the central directory begins.
  let directoryStart: Int
  /// Where a zip64 locator stands that counts no disk.
  let disklessLocator: Int?
  let inflater: ZipInflater
  private let index: [Text: Int]

  /// Whether a file that begins with these four bytes is an archive: torch looks at no others. An empty one begins
  /// otherwise, and so does one with something before its first member, which is refused.
  static func begins(_ start: [UInt8]) -> Bool { start.starts(with: [0x50, 0x4B, 3, 4]) }

  package init(_ file: InputFile) throws(CheckpointError) {
    do throws(CheckpointError) {
      let end = try EndOfCentralDirectory(file)
      let headers = try Self.centralHeaders(file, end)
      directoryStart = end.directory.lowerBound
      disklessLocator = end.disklessLocator
      entries = try Self.entries(headers, in: file, directoryStart: directoryStart)
      index = try Self.index(headers)
      try Self.checkRanges(entries, directoryStart: directoryStart)
    } catch { throw error.at(file: file.path) }
    self.file = file
    inflater = ZipInflater(file)
  }

  /// A directory that was put together from what is left of the file's own.
  ///
  /// - Parameters:
  ///   - entries: numbered in this order; names stand once.
  ///   - records: the entries as a zip archive has them, for libzip, which reads them in place of what stands at `end`.
  init(_ file: InputFile, entries: [ZipEntry], end: Int, records: [UInt8]) {
    self.file = file
    self.entries = entries
    directoryStart = end
    disklessLocator = nil
    inflater = ZipInflater(file, directory: .init(start: end, bytes: records))
    index = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
  }

  /// The member with exactly this name.
  package func entry(named name: Text) -> ZipEntry? {
    index[name].map { entries[$0] }
  }

  private static func centralHeaders(
    _ file: InputFile, _ end: EndOfCentralDirectory
  ) throws(CheckpointError) -> [CentralHeader] {
    let limit = 1 << 29
    guard end.directory.count <= limit else {
      throw CheckpointError(
        .limit, "a central directory of \(end.directory.count) bytes; at most \(limit) are read",
        at: .init(byte: end.directory.lowerBound))
    }
    var reader = ByteReader(
      try file.read(end.directory), base: end.directory.lowerBound, subject: "the central directory")
    var headers: [CentralHeader] = []
    headers.reserveCapacity(end.entryCount)
    for _ in 0..<end.entryCount { headers.append(try CentralHeader(&reader)) }
    guard reader.remaining == 0 else {
      throw CheckpointError(
        .corrupt,
        "the central directory has more entries than the \(end.entryCount) that the end record counts",
        at: .init(byte: reader.offset))
    }
    return headers
  }

  private static func entries(
    _ headers: [CentralHeader], in file: InputFile, directoryStart: Int
  ) throws(CheckpointError) -> [ZipEntry] {
    var entries: [ZipEntry] = []
    entries.reserveCapacity(headers.count)
    for header in headers {
      do throws(CheckpointError) {
        let local = try LocalHeader(header, in: file, directoryStart: directoryStart)
        let start = local.dataOffset
        guard header.compressedSize <= directoryStart - start else {
          throw CheckpointError(
            .corrupt, "its \(header.compressedSize) bytes reach into the central directory",
            at: .init(byte: start))
        }
        entries.append(
          ZipEntry(
            name: header.name, method: header.method, compressedSize: header.compressedSize,
            size: header.size, crc32: header.crc == 0 && header.size > 0 ? nil : header.crc,
            dataRange: start..<start + header.compressedSize, headerOffset: header.headerOffset,
            index: entries.count, flags: header.flags, localFlags: local.flags, mode: header.mode,
            isMarkedFolder: header.isMarkedFolder))
      } catch { throw error.at(member: header.name) }
    }
    return entries
  }

  /// Refuses names that are equal, or equal but for ASCII case, which torch's reader ignores. numpy's does not: the
  /// arrays `W` and `w` are two.
  private static func index(_ headers: [CentralHeader]) throws(CheckpointError) -> [Text: Int] {
    var folded: Set<Text> = []
    var index: [Text: Int] = [:]
    folded.reserveCapacity(headers.count)
    index.reserveCapacity(headers.count)
    let hasCase = headers.allSatisfy { $0.name.hasSuffix(".npy") }
    for (position, header) in headers.enumerated() {
      guard folded.insert(hasCase ? header.name : header.name.asciiLowercased).inserted else {
        throw CheckpointError(
          .corrupt, "two members have this name\(hasCase ? "" : " (upper and lower case count as one)")",
          at: .init(member: header.name, byte: header.offset))
      }
      index[header.name] = position
    }
    return index
  }

  /// Members may not share bytes, and nothing may stand before the first.
  private static func checkRanges(
    _ entries: [ZipEntry], directoryStart: Int
  ) throws(CheckpointError) {
    var end = 0
    var previous: ZipEntry?
    for entry in entries.sorted(by: { $0.headerOffset < $1.headerOffset }) {
      guard entry.headerOffset >= end else {
        throw CheckpointError(
          .corrupt, "it shares bytes with the member '\(previous?.name ?? "")'",
          at: .init(member: entry.name, byte: entry.headerOffset))
      }
      if previous == nil && entry.headerOffset != 0 {
        throw CheckpointError(
          .corrupt, "\(entry.headerOffset) bytes stand before the first member",
          at: .init(byte: 0))
      }
      end = entry.dataRange.upperBound
      previous = entry
    }
    if previous == nil && directoryStart != 0 {
      throw CheckpointError(.corrupt, "\(directoryStart) bytes belong to no member", at: .init(byte: 0))
    }
  }
}
