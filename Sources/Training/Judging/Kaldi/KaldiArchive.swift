// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Kaldi's archives of float32 matrices: `<key> \0BFM \4<rows>\4<columns>` and the rows, one entry after the other;
/// vectors begin `\0BFV \4<size>` (kaldi-asr.org/doc/io.html; kaldi-matrix.cc, kaldi-vector.cc).
package enum KaldiArchive {
  /// Archives are read into memory whole.
  private static let largest = 1 << 36

  /// An entry with one row, as 3D-Speaker's `extract.py` writes embeddings, and where its data begin: what a script file
  /// points to.
  ///
  /// - Throws: `unrepresentable` for a key that is empty or holds white space.
  static func entry(_ key: Text, row: [Float]) throws(CheckpointError) -> (bytes: [UInt8], offset: Int) {
    try checkKey(key)
    var bytes = LittleEndianBytes()
    bytes.add(key)
    bytes.add(UInt8(ascii: " "))
    let offset = bytes.bytes.count
    bytes.add("\0BFM ")
    for size in [1, row.count] {
      bytes.add(UInt8(4))
      bytes.add(Int32(size))
    }
    for value in row { bytes.add(value.bitPattern) }
    return (bytes.bytes, offset)
  }

  static func checkKey(_ key: Text) throws(CheckpointError) {
    guard !key.isEmpty, !key.shown.unicodeScalars.contains(where: PythonSpace.contains) else {
      throw CheckpointError(
        .unrepresentable, "a key of a Kaldi archive cannot be empty or hold white space",
        at: .init(key: key.shown),
        hint: "another name for the recording, or a .npz file")
    }
  }

  /// Gives every entry of an archive in order, its rows joined.
  ///
  /// - Throws: `corrupt` where the bytes are no archive; `unsupported`, with the key, for entries that are not float32
  ///   matrices or vectors in binary form.
  package static func forEachEntry(
    _ path: String, _ body: (_ key: Text, [Float]) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    do throws(CheckpointError) {
      var reader = ByteReader(try FileSystem.bytes(of: path, limit: largest), subject: "the archive")
      while reader.remaining > 0 {
        let key = try key(&reader)
        do throws(CheckpointError) {
          try body(key, try values(&reader))
        } catch { throw error.at(key: key.shown) }
      }
    } catch { throw error.at(file: path) }
  }

  private static func key(_ reader: inout ByteReader) throws(CheckpointError) -> Text {
    let start = reader.offset
    let rest = reader.bytes[reader.position...]
    guard let blank = rest.prefix(longestKey + 1).firstIndex(of: 0x20), blank > rest.startIndex,
      let key = Text(utf8: rest[..<blank])
    else {
      throw CheckpointError(.corrupt, "no key stands where an entry begins", at: .init(byte: start))
    }
    try reader.skip(blank - rest.startIndex + 1)
    return key
  }

  private static let longestKey = 65_536

  /// One matrix or vector, from its `\0B` on.
  private static func values(_ reader: inout ByteReader) throws(CheckpointError) -> [Float] {
    let count = try count(&reader)
    try check(count, left: reader.remaining, at: reader.offset)
    return floats(try reader.slice(count * 4))
  }

  /// The matrix or vector whose `\0B` lies at `offset`.
  static func values(of file: InputFile, at offset: Int) throws(CheckpointError) -> [Float] {
    guard offset < file.size else {
      throw CheckpointError(.corrupt, "the offset \(offset) lies beyond its end")
    }
    let start = try file.read(offset..<offset + min(longestHead, file.size - offset))
    var head = ByteReader(start, base: offset, subject: "the archive")
    let count = try count(&head)
    try check(count, left: file.size - head.offset, at: head.offset)
    return floats(try file.read(head.offset..<head.offset + count * 4)[...])
  }

  /// `\0BFM ` and two sizes with their widths.
  private static let longestHead = 15

  /// Reads what stands before the data: how many values there are, at most 2^62.
  private static func count(_ reader: inout ByteReader) throws(CheckpointError) -> Int {
    let start = reader.offset
    guard try Array(reader.slice(2)) == [0, 0x42] else {
      throw CheckpointError(
        .unsupported, "the entry is not in Kaldi's binary form", at: .init(byte: start),
        hint: "`copy-vector` or `copy-matrix` write it so")
    }
    let kind = String(decoding: try reader.slice(3), as: UTF8.self)
    switch kind {
    case "FM ":
      let rows = try size(&reader)
      return rows * (try size(&reader))
    case "FV ": return try size(&reader)
    default:
      throw CheckpointError(
        .unsupported,
        "the entry is of Kaldi's kind '\(kind)'; float32 matrices and vectors (FM, FV) are read",
        at: .init(byte: start + 2))
    }
  }

  private static func check(_ count: Int, left: Int, at offset: Int) throws(CheckpointError) {
    guard count <= left / 4 else {
      throw CheckpointError(
        .corrupt, "the archive ends early: \(count) values needed, \(left) bytes left",
        at: .init(byte: offset))
    }
  }

  private static func floats(_ data: ArraySlice<UInt8>) -> [Float] {
    stride(from: data.startIndex, to: data.endIndex, by: 4).map { at in
      let low = UInt32(data[at]) | UInt32(data[at + 1]) << 8
      return Float(bitPattern: low | UInt32(data[at + 2]) << 16 | UInt32(data[at + 3]) << 24)
    }
  }

  /// An int32, with its width before it.
  private static func size(_ reader: inout ByteReader) throws(CheckpointError) -> Int {
    let start = reader.offset
    let width = try reader.u8()
    let value = Int32(bitPattern: try reader.u32())
    guard width == 4, value >= 0 else {
      throw CheckpointError(.corrupt, "a size in the archive is absurd", at: .init(byte: start))
    }
    return Int(value)
  }
}
