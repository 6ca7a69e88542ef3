// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

private struct Unexpected: Error {}

/// The one reader of lists, against what Python makes of the same bytes (`fixtures/text/make.py`).
@Suite struct TextFileTests {
  static func rows(_ name: String) throws -> [[JSONTree]] {
    let tree = try JSONTree(Fixtures.bytes("text/\(name).json"), subject: "the fixture")
    guard case .array(let rows) = tree else { throw Unexpected() }
    return rows.map { if case .array(let row) = $0 { row } else { [] } }
  }

  static func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  static func error(_ bytes: [UInt8], name: String? = nil) -> CheckpointError? {
    #expect(throws: CheckpointError.self) { try TextFile(bytes, name: name) }
  }

  @Test
  func `a list in another encoding is named as such, with the command that mends it`() throws {
    let names = [
      "gbk": ["GBK"], "gb18030": ["GBK", "GB18030"], "latin-1": ["ISO-8859-1"], "cp1252": ["WINDOWS-1252"],
      "utf-16": ["UTF-16"], "utf-16-le": ["UTF-16LE"], "utf-16-be": ["UTF-16BE"], "utf-32": ["UTF-32"],
      "utf-32-le": ["UTF-32LE"], "utf-32-be": ["UTF-32BE"],
    ]
    let rows = try Self.rows("encodings")
    #expect(rows.count > 40)
    for row in rows {
      guard row.count == 2, case .string(let encoding) = row[0], case .string(let hex) = row[1] else {
        throw Unexpected()
      }
      let bytes = Self.bytes(hex.shown)
      guard encoding != "utf-8" else {
        // One mark goes: a second one, of a file that had one already, is part of the text.
        let wanted = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes[3...]) : bytes
        #expect(try TextFile(bytes).bytes == wanted)
        continue
      }
      let hint = Self.error(bytes, name: "my list.csv")?.hint ?? ""
      let wanted = (names[encoding.shown] ?? []).map {
        "`iconv -f \($0) -t UTF-8 'my list.csv' > 'my list.utf8.csv'`"
      }
      #expect(wanted.contains(hint), "\(encoding): \(hint)")
    }
  }

  @Test func `lines, words, ends and whole numbers are Python's`() throws {
    func strings(_ tree: JSONTree) -> [Text] {
      guard case .array(let items) = tree else { return [] }
      return items.map { if case .string(let text) = $0 { text } else { "" } }
    }
    for row in try Self.rows("words") {
      guard row.count == 5, case .string(let text) = row[0], case .string(let stripped) = row[2] else {
        throw Unexpected()
      }
      let bytes = text.bytes
      let shown = text.debugDescription
      #expect(PythonSpace.fields(bytes[...]) == strings(row[1]), "\(shown)")
      #expect(Text(part: PythonSpace.stripped(bytes[...])) == stripped, "\(shown)")
      let whole: Int64? = if case .int(let value) = row[3] { value } else { nil }
      #expect(PythonSpace.int(bytes[...]) == whole, "\(shown)")
      // A mark goes where a text begins, which Python's plain `utf-8` leaves; NUL bytes are no text here.
      guard let file = try? TextFile(bytes), file.bytes == bytes else { continue }
      #expect(file.lines.map(\.text) == strings(row[4]), "\(shown)")
    }
  }

  @Test func `what is broken is named by line and byte`() {
    let broken = Self.error(Array("anna,é\nbên\nc".utf8) + [0xFF] + Array("é\n".utf8), name: "a.csv")
    #expect(broken?.location == .init(member: "line 3", byte: 14))
    #expect(broken?.reason == "the bytes are not UTF-8, though the rest of the file is")
    let nul = Self.error(Array("anna\r\nb\0n\r\n".utf8))
    #expect(nul?.location == .init(member: "line 2", byte: 7))
    let joined = Self.error(Array("\u{feff}anna\n\u{feff}ben\n".utf8), name: "a.txt")
    #expect(joined?.location.member == "line 2")
    #expect(joined?.hint == #"`sed 's/^\xEF\xBB\xBF//' a.txt > a.utf8.txt`"#)
    #expect(throws: Never.self) { try TextFile(Array("an\u{feff}na\n".utf8)) }
  }

  @Test func `a list that is too large is not read`() throws {
    let folder = try TemporaryFolder()
    try File.write(Array("12345".utf8), to: folder("a"))
    #expect(throws: CheckpointError(.limit, "")) { try TextFile(path: folder("a"), limit: 4) }
    #expect(try TextFile(path: folder("a"), limit: 5).string == "12345")
    let error = #expect(throws: CheckpointError.self) { try TextFile(path: folder("none"), limit: 5) }
    #expect(error?.location.file == folder("none"))
  }
}
