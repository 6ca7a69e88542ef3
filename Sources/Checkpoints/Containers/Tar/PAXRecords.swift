// SPDX-License-Identifier: Apache-2.0

/// Extended headers of a tar archive (POSIX.1-2001): lines `<length> <key>=<value>`. Python's tarfile writes them for
/// times with fractions.
enum PAXRecords {
  private static let sizeLimit = 1 << 16
  /// What says nothing about where a member's bytes are or what it is called.
  private static let harmless: Set<Text> = [
    "mtime", "atime", "ctime", "uid", "gid", "uname", "gname", "comment", "charset", "hdrcharset",
  ]

  /// What gives a member, or what it links to, another name, and moves nothing.
  static let names: Set<Text> = ["path", "linkpath"]

  /// Refuses records that would give a member another name, size or form.
  ///
  /// - Parameter ignored: keys that are no matter to the reader.
  static func check(
    _ range: Range<Int>, of file: InputFile, ignoring ignored: Set<Text> = []
  ) throws(CheckpointError) {
    guard range.count <= sizeLimit else {
      throw CheckpointError(.limit, "an extended tar header of \(range.count) bytes")
    }
    var rest = try file.read(range)[...]
    while !rest.isEmpty {
      let digits = rest.prefix { (48...57).contains($0) }
      guard digits.count <= 6, let length = Int(String(decoding: digits, as: UTF8.self)),
        length > digits.count + 2, length <= rest.count,
        rest[rest.startIndex + digits.count] == UInt8(ascii: " "),
        rest[rest.startIndex + length - 1] == UInt8(ascii: "\n")
      else { throw CheckpointError(.corrupt, "an extended tar header is malformed") }
      let line = rest[(rest.startIndex + digits.count + 1)..<(rest.startIndex + length - 1)]
      let key = Text(String(decoding: line.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self))
      guard harmless.contains(key) || ignored.contains(key) else {
        throw CheckpointError(.unsupported, "an extended tar header sets \(key.debugDescription)")
      }
      rest = rest.dropFirst(length)
    }
  }
}
