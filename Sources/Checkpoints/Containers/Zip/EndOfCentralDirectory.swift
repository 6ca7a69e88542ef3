// SPDX-License-Identifier: Apache-2.0

/// Where the central directory lies and how many entries it has: the archive's last record, with its zip64
/// form where there is one.
struct EndOfCentralDirectory {
  static let signature: UInt32 = 0x0605_4B50
  static let zip64Signature: UInt32 = 0x0606_4B50
  static let locatorSignature: UInt32 = 0x0706_4B50
  private static let length = 22
  private static let locatorLength = 20

  private(set) var entryCount: Int
  private(set) var directory: Range<Int>
  /// Where a zip64 locator stands that counts no disk, which readers take differently.
  private(set) var disklessLocator: Int?

  init(_ file: InputFile) throws(CheckpointError) {
    let start = try Self.find(in: file)
    var reader = ByteReader(
      try file.read(start..<start + Self.length), from: 4, base: start, subject: "the end record")
    let disks = (try reader.u16(), try reader.u16())
    let counts = (Int(try reader.u16()), Int(try reader.u16()))
    let size = Int(try reader.u32())
    let offset = Int(try reader.u32())
    guard disks == (0, 0), counts.0 == counts.1 else {
      throw CheckpointError(.unsupported, "the archive spans several disks", at: .init(byte: start))
    }
    entryCount = counts.0
    directory = 0..<0
    let zip64 = try Self.zip64Record(of: file, before: start)
    if let zip64 {
      // The classic record either repeats a value or holds the clipped form of it.
      for (classic, wide, limit) in [
        (entryCount, zip64.count, 0xFFFF), (size, zip64.size, 0xFFFF_FFFF),
        (offset, zip64.offset, 0xFFFF_FFFF),
      ] where classic != wide && classic != limit {
        throw CheckpointError(
          .corrupt, "the end record says \(classic) where its zip64 form says \(wide)", at: .init(byte: start)
        )
      }
      entryCount = zip64.count
      disklessLocator = zip64.hasNoDisk ? start - Self.locatorLength : nil
    }
    let (from, length) = zip64.map { ($0.offset, $0.size) } ?? (offset, size)
    let end = zip64?.start ?? start
    guard from <= end, length == end - from else {
      throw CheckpointError(
        .corrupt,
        "the central directory (\(length) bytes from \(from)) does not end where the end record begins",
        at: .init(byte: end))
    }
    // A central entry has at least 46 bytes: no count can make us allocate more than the file is long.
    guard entryCount <= length / 46 else {
      throw CheckpointError(
        .corrupt, "\(entryCount) entries do not fit a central directory of \(length) bytes",
        at: .init(byte: start))
    }
    directory = from..<end
  }

  /// Whether the record's signature stands there, of which all four bytes must be there.
  static func begins(_ bytes: [UInt8], at index: Int) -> Bool {
    bytes[index] == 0x50 && bytes[index + 1] == 0x4B && bytes[index + 2] == 5 && bytes[index + 3] == 6
  }

  /// The one record whose comment ends exactly at the file's end. Two readings of one file are refused: that
  /// is how an archive shows a scanner something else than it shows a loader.
  private static func find(in file: InputFile) throws(CheckpointError) -> Int {
    let tailStart = max(0, file.size - length - 0xFFFF)
    let tail = try file.read(tailStart..<file.size)
    var found: [Int] = []
    var last: Int?
    if tail.count >= 4 {
      for index in 0...(tail.count - 4)
      where begins(tail, at: index) {
        last = index
        guard index + length <= tail.count else { continue }
        let comment = Int(tail[index + 20]) | Int(tail[index + 21]) << 8
        if index + length + comment == tail.count { found.append(index) }
      }
    }
    guard let start = found.first else {
      if let trailing = try TrailingBytes(file) { throw trailing.error(in: file.path) }
      let hint = "the file may be cut short: download or copy it again"
      guard let last else {
        throw CheckpointError(
          .corrupt, "no end record of a zip archive", at: .init(byte: file.size), hint: hint)
      }
      guard last + length <= tail.count else {
        throw CheckpointError(
          .corrupt, "the end record of the zip archive is cut short", at: .init(byte: tailStart + last),
          hint: hint)
      }
      throw CheckpointError(
        .corrupt, "bytes follow the end record of the zip archive, or its comment is cut short",
        at: .init(byte: tailStart + last), hint: hint)
    }
    guard start == last else {
      throw CheckpointError(
        .corrupt, "two end records: readers would not agree on what the archive holds",
        at: .init(byte: tailStart + start))
    }
    return tailStart + start
  }

  private struct Zip64 {
    var start: Int
    var count: Int
    var size: Int
    var offset: Int
    var hasNoDisk: Bool
  }

  /// The zip64 record that the locator right before the end record points at, or nil without locator.
  private static func zip64Record(of file: InputFile, before end: Int) throws(CheckpointError) -> Zip64? {
    let locatorStart = end - locatorLength
    guard locatorStart >= 0 else { return nil }
    var locator = ByteReader(
      try file.read(locatorStart..<end), base: locatorStart, subject: "the zip64 locator")
    guard try locator.u32() == locatorSignature else { return nil }
    let disk = try locator.u32()
    let start = try locator.size()
    let disks = try locator.u32()
    guard disk == 0, disks <= 1 else {
      throw CheckpointError(.unsupported, "the archive spans several disks", at: .init(byte: locatorStart))
    }
    guard start >= 0, start <= locatorStart - 56 else {
      throw CheckpointError(
        .corrupt, "the zip64 locator points at byte \(start), where no end record can be",
        at: .init(byte: locatorStart))
    }
    var record = ByteReader(try file.read(start..<start + 56), base: start, subject: "the zip64 end record")
    guard try record.u32() == zip64Signature else {
      throw CheckpointError(.corrupt, "a zip64 end record should begin here", at: .init(byte: start))
    }
    guard try record.size() == locatorStart - start - 12 else {
      throw CheckpointError(
        .corrupt, "the zip64 end record does not end where its locator begins", at: .init(byte: start))
    }
    try record.skip(4)
    let places = (try record.u32(), try record.u32())
    let counts = (try record.size(), try record.size())
    guard places == (0, 0), counts.0 == counts.1 else {
      throw CheckpointError(.unsupported, "the archive spans several disks", at: .init(byte: start))
    }
    return Zip64(
      start: start, count: counts.0, size: try record.size(), offset: try record.size(), hasNoDisk: disks == 0
    )
  }
}
