// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Reads comma-separated values row by row, as RFC 4180 writes them and as upstream's `csv.DictReader` with
/// `skipinitialspace` reads them: quoted fields may hold commas, line breaks and doubled quotes; blanks at the beginning of
/// a field are passed over; lines end in LF, CRLF or CR; empty lines are passed over.
package struct CSVReader {
  package struct Row: Sendable, Equatable {
    /// The line, counted from 1, on which the row begins.
    package var line: Int
    package var fields: [Text]
  }

  private let bytes: [UInt8]
  private var at = 0
  private var line = 1

  package init(_ text: TextFile) { bytes = text.bytes }

  /// The next row; nil at the end.
  ///
  /// - Throws: `corrupt`, with the line, where a quote is not closed or stands inside a plain field.
  package mutating func next() throws(CheckpointError) -> Row? {
    skipEmptyLines()
    guard at < bytes.count else { return nil }
    var row = Row(line: line, fields: [])
    while true {
      row.fields.append(try field(of: row.line))
      guard at < bytes.count, bytes[at] == UInt8(ascii: ",") else { break }
      at += 1
    }
    endLine()
    return row
  }

  private mutating func skipEmptyLines() {
    while at < bytes.count, isLineEnd(at) { endLine() }
  }

  private func isLineEnd(_ index: Int) -> Bool { bytes[index] == 0x0A || bytes[index] == 0x0D }

  private mutating func endLine() {
    guard at < bytes.count else { return }
    at += bytes[at] == 0x0D && at + 1 < bytes.count && bytes[at + 1] == 0x0A ? 2 : 1
    line += 1
  }

  private mutating func field(of row: Int) throws(CheckpointError) -> Text {
    while at < bytes.count, bytes[at] == UInt8(ascii: " ") { at += 1 }
    guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { return try plainField() }
    at += 1
    var content: [UInt8] = []
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      if byte == UInt8(ascii: "\"") {
        if at < bytes.count, bytes[at] == UInt8(ascii: "\"") {
          content.append(byte)
          at += 1
          continue
        }
        guard at == bytes.count || bytes[at] == UInt8(ascii: ",") || isLineEnd(at) else {
          throw Self.broken("something follows a closing quote", line: line)
        }
        return Text(part: content)
      }
      if byte == 0x0A || (byte == 0x0D && (at == bytes.count || bytes[at] != 0x0A)) { line += 1 }
      content.append(byte)
    }
    throw Self.broken("a quote is not closed", line: row)
  }

  private mutating func plainField() throws(CheckpointError) -> Text {
    let start = at
    while at < bytes.count, bytes[at] != UInt8(ascii: ","), !isLineEnd(at) {
      guard bytes[at] != UInt8(ascii: "\"") else {
        throw Self.broken("a quote stands inside a field that is not quoted", line: line)
      }
      at += 1
    }
    return Text(part: bytes[start..<at])
  }

  private static func broken(_ why: String, line: Int) -> CheckpointError {
    CheckpointError(
      .corrupt, why, at: .init(member: "line \(line)"),
      hint: "fields with commas, quotes or line breaks are quoted, quotes inside doubled")
  }
}
