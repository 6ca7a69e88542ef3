// SPDX-License-Identifier: Apache-2.0

/// Where an archive ends that has something behind it: told apart from one that was cut short, whose end is missing.
struct TrailingBytes {
  /// Behind the end record and its comment.
  let end: Int
  let count: Int

  /// How far readers look for the end record: the longest comment (`MZ_UINT16_MAX` in miniz, zipfile's
  /// `_EndRecData`).
  private static let commentLimit = 0xFFFF
  /// How much of the end of a file is searched. More behind an archive is no accident of a copy.
  private static let searched = 16 << 20

  /// Nil where no end record is found that a central directory ends at.
  init?(_ file: InputFile, searching limit: Int = Self.searched) throws(CheckpointError) {
    let start = max(0, file.size - limit)
    let tail = try file.read(start..<file.size)
    var index = tail.count - 22
    while index >= 0 {
      defer { index -= 1 }
      guard EndOfCentralDirectory.begins(tail, at: index),
        try Self.endsDirectory(at: start + index, of: file)
      else { continue }
      let end = start + index + 22 + Int(tail[index + 20]) + Int(tail[index + 21]) << 8
      guard end < file.size else { return nil }
      self.end = end
      count = file.size - end
      return
    }
    return nil
  }

  /// Whether a directory that begins as one does ends right before the record, or before its zip64 form.
  private static func endsDirectory(at offset: Int, of file: InputFile) throws(CheckpointError) -> Bool {
    var record = ByteReader(
      try file.read(offset..<offset + 22), from: 12, base: offset, subject: "the end record")
    let (size, start) = (Int(try record.u32()), Int(try record.u32()))
    if try isDirectory(start, size, endingAt: offset, of: file) { return true }
    guard offset >= 76, try file.read(offset - 20..<offset - 16) == [0x50, 0x4B, 6, 7] else { return false }
    // The locator, and right before it the record.
    let wide = offset - 76
    guard try file.read(wide..<wide + 4) == [0x50, 0x4B, 6, 6] else { return false }
    record = ByteReader(
      try file.read(wide + 40..<wide + 56), base: wide + 40, subject: "the zip64 end record")
    let (wideSize, wideStart) = (try record.u64(), try record.u64())
    guard wideSize <= UInt64(wide), wideStart <= UInt64(wide) else { return false }
    return try isDirectory(Int(wideStart), Int(wideSize), endingAt: wide, of: file)
  }

  private static func isDirectory(
    _ start: Int, _ size: Int, endingAt end: Int, of file: InputFile
  ) throws(CheckpointError) -> Bool {
    guard start + size == end, size >= 4 else { return false }
    return try file.read(start..<start + 4) == [0x50, 0x4B, 1, 2]
  }

  func error(in path: String) -> CheckpointError {
    CheckpointError(
      .corrupt,
      (count == 1 ? "one byte follows" : "\(count) bytes follow") + " the end of the archive"
        + (count <= Self.commentLimit
          ? ", which PyTorch and numpy pass over"
          : ", so many that PyTorch and numpy do not find it"),
      at: .init(byte: end),
      hint: ForeignFile.head(end, of: path, rest: count))
  }
}
