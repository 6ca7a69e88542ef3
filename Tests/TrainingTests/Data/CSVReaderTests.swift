// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

struct CSVReaderTests {
  static func rows(_ text: String) throws -> [CSVReader.Row] { try rows(Array(text.utf8)) }

  static func rows(_ bytes: [UInt8]) throws -> [CSVReader.Row] {
    var reader = try CSVReader(TextFile(bytes))
    var rows: [CSVReader.Row] = []
    while let row = try reader.next() { rows.append(row) }
    return rows
  }

  @Test func `plain rows, CRLF, empty fields and lines, and no line end at the end`() throws {
    let rows = try Self.rows("a,b\r\n\r\n1,\n,2\n\nx,y z")
    #expect(rows.map(\.fields) == [["a", "b"], ["1", ""], ["", "2"], ["x", "y z"]])
    #expect(rows.map(\.line) == [1, 3, 4, 6])
  }

  @Test func `quoted fields hold commas, quotes and line breaks`() throws {
    let rows = try Self.rows("\"a,b\",\"say \"\"hi\"\"\"\n\"two\r\nlines\",\"\"\nlast,1")
    #expect(rows.map(\.fields) == [["a,b", "say \"hi\""], ["two\r\nlines", ""], ["last", "1"]])
    #expect(rows.map(\.line) == [1, 2, 4])
  }

  @Test func `a byte order mark and a lone carriage return`() throws {
    #expect(try Self.rows([0xEF, 0xBB, 0xBF] + Array("path,spk".utf8)).map(\.fields) == [["path", "spk"]])
    #expect(try Self.rows("a\rb,c").map(\.fields) == [["a"], ["b", "c"]])
    #expect(try Self.rows("").isEmpty)
    #expect(try Self.rows("\n\n").isEmpty)
  }

  @Test(arguments: [
    ("a,b\n\"open,2\n3", "line 2", "a quote is not closed"),
    ("a,b\n\"x\"y,2", "line 2", "something follows a closing quote"),
    ("a,b\nx\"y\",2", "line 2", "a quote stands inside a field that is not quoted"),
  ]) func `broken quoting names its line`(text: String, line: String, reason: String) {
    let error = #expect(throws: CheckpointError.self) { try Self.rows(text) }
    #expect(error?.location.member == Text(line))
    #expect(error?.reason == reason)
  }

  @Test func `bytes that are not UTF-8 name their line`() {
    let error = #expect(throws: CheckpointError.self) { try Self.rows(Array("a\nb".utf8) + [0xFF]) }
    #expect(error?.location.member == "line 2")
    #expect(error?.reason.hasPrefix("the bytes are not UTF-8") == true)
  }
}
