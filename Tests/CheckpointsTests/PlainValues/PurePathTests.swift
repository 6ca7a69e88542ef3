// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import TestSupport
import Testing

@testable import Checkpoints

/// Paths against Python 3.13's pathlib, as `fixtures/paths/make.py` found it.
@Suite struct PurePathTests {
  /// ASCII as it stands, all else as UTF-8 in hexadecimal.
  private struct Word: Decodable {
    var text: Text
    private struct Bytes: Decodable { var hex: String }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let string = try? container.decode(String.self) {
        text = Text(string)
      } else {
        let bytes = try container.decode(Bytes.self)
        text = try #require([UInt8](hexadecimal: bytes.hex).flatMap { Text(utf8: $0) })
      }
    }
  }

  private struct Joined: Decodable {
    var kind: String
    var arguments: [Text]
    var joined: Text

    init(from decoder: any Decoder) throws {
      var row = try decoder.unkeyedContainer()
      kind = try row.decode(String.self)
      arguments = try row.decode([Word].self).map(\.text)
      joined = try row.decode(Word.self).text
    }
  }

  private struct Pickled: Decodable {
    var version: String
    var bytes: [UInt8]
    var joined: Text

    init(from decoder: any Decoder) throws {
      var row = try decoder.unkeyedContainer()
      version = try row.decode(String.self)
      _ = try row.decode(Int.self)
      bytes = try #require([UInt8](hexadecimal: try row.decode(String.self)))
      joined = try row.decode(Word.self).text
    }
  }

  private struct Expected: Decodable {
    var joined: [Joined]
    var pickles: [Pickled]
  }

  private static func expected() throws -> Expected {
    try JSONDecoder().decode(Expected.self, from: Data(Fixtures.bytes("paths/expected.json")))
  }

  @Test(arguments: ["posix", "windows"]) func `arguments are joined as Python 3.13 joins them`(kind: String)
    throws
  {
    let rows = try Self.expected().joined.filter { $0.kind == kind }
    #expect(rows.count > 900)
    let path: PurePath = kind == "posix" ? .posix : .windows
    for row in rows {
      #expect(path.text(of: row.arguments) == row.joined, "\(row.arguments.map(\.debugDescription))")
    }
  }

  @Test func `plain makes of every version's pickled path what Python 3.13 reads`() throws {
    let rows = try Self.expected().pickles
    #expect(Set(rows.map(\.version)) == ["3.8", "3.11", "3.12", "3.13"])
    for row in rows {
      let graph = try PickleMachine.run(row.bytes)
      var decoder = TorchDecoder(graph, at: .init(file: "a")) { key throws(CheckpointError) in
        throw CheckpointError(.corrupt, "there is no storage \(key)")
      }
      var document = try decoder.decode()
      try document.edit("plain")
      guard case .string(let text) = document[document.root] else {
        Issue.record("a path of \(row.version) is left")
        continue
      }
      #expect(text == row.joined, "\(row.version)")
    }
  }

  @Test func `a class that is none of pathlib's, and arguments that are no text, are left`() throws {
    #expect(PurePath(GlobalName("pathlib", "SearchPath")) == nil)
    #expect(PurePath(GlobalName("mypath", "PosixPath")) == nil)
    #expect(PurePath(GlobalName("pathlib._local", "WindowsPath")) == .windows)
    var document = Sample.call(GlobalName("pathlib", "PosixPath"), [.string("a"), .int(1)]).document
    try document.edit("plain")
    guard case .object = document[document.root] else {
      Issue.record("a path of a number became text")
      return
    }
  }

  @Test func `a file name that is no UTF-8 keeps its bytes`() throws {
    // os.fsdecode gives lone surrogates for such names.
    let name = try #require(Text(utf8: [0xED, 0xB3, 0xBF]))
    #expect(PurePath.posix.text(of: ["a", name]).bytes == Array("a/".utf8) + [0xED, 0xB3, 0xBF])
  }
}
