// SPDX-License-Identifier: Apache-2.0

/// A central directory that is whole, in a file that is not as it was when the directory was written: bytes stand before
/// the archive or behind it, or some of its own are gone.
struct ShiftedDirectory {
  let headers: [CentralHeader]
  /// Where it lies.
  let start: Int
  /// Behind the end record and its comment.
  let end: Int
  /// By how much it lies further on than it says; less than 0 where bytes are missing in front of it.
  let shift: Int

  /// How much of the end of a file is searched.
  private static let searched = 16 << 20
  /// No end record that was written lies behind more than a few that stand there by chance.
  private static let mostTries = 64
  /// No offset in a file is beyond this, and sums of a few do not overflow.
  static let furthest = 1 << 56

  /// Nil where none is found of which every entry can be read.
  init?(_ file: InputFile) throws(CheckpointError) {
    let base = max(0, file.size - Self.searched)
    let tail = try file.read(base..<file.size)
    var tries = 0
    var index = tail.count - 22
    while index >= 0, tries < Self.mostTries {
      defer { index -= 1 }
      guard EndOfCentralDirectory.begins(tail, at: index) else { continue }
      tries += 1
      let comment = Int(tail[index + 20]) | Int(tail[index + 21]) << 8
      guard let (record, headers) = try Self.read(at: base + index, of: file) else { continue }
      self.headers = headers
      start = record.start
      shift = record.start - record.stated
      end = min(base + index + 22 + comment, file.size)
      return
    }
    return nil
  }

  private struct Record {
    var start: Int
    var size: Int
    var count: Int
    var stated: Int
  }

  private static func read(
    at offset: Int, of file: InputFile
  ) throws(CheckpointError) -> (Record, [CentralHeader])? {
    var found = try wide(before: offset, of: file)
    if found == nil { found = try classic(at: offset, of: file) }
    guard let record = found, record.count <= record.size / 46, record.size <= 1 << 29,
      record.stated <= Self.furthest
    else { return nil }
    var reader = ByteReader(
      try file.read(record.start..<record.start + record.size), base: record.start,
      subject: "the central directory")
    var headers: [CentralHeader] = []
    headers.reserveCapacity(record.count)
    for _ in 0..<record.count {
      guard let header = try? CentralHeader(&reader) else { return nil }
      headers.append(header)
    }
    return reader.remaining == 0 && !headers.isEmpty ? (record, headers) : nil
  }

  private static func classic(at offset: Int, of file: InputFile) throws(CheckpointError) -> Record? {
    var reader = ByteReader(
      try file.read(offset + 10..<offset + 20), base: offset, subject: "the end record")
    let count = Int(try reader.u16())
    let size = Int(try reader.u32())
    let stated = Int(try reader.u32())
    return size <= offset ? Record(start: offset - size, size: size, count: count, stated: stated) : nil
  }

  /// The zip64 record and its locator lie right before the classic one, wherever the locator points.
  private static func wide(before offset: Int, of file: InputFile) throws(CheckpointError) -> Record? {
    let start = offset - 76
    guard start >= 0 else { return nil }
    var reader = ByteReader(try file.read(start..<offset), base: start, subject: "the zip64 end record")
    guard try reader.u32() == EndOfCentralDirectory.zip64Signature, try reader.u64() == 44 else { return nil }
    try reader.skip(20)
    guard let count = Int(exactly: try reader.u64()), let size = Int(exactly: try reader.u64()),
      let stated = Int(exactly: try reader.u64()), size <= start,
      try reader.u32() == EndOfCentralDirectory.locatorSignature
    else { return nil }
    return Record(start: start - size, size: size, count: count, stated: stated)
  }
}
