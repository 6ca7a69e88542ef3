// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import FoundationEssentials
import TestSupport
import Testing

/// Archives and legacy streams that break one rule each, with the exact answer to each.
@Suite struct HostileTests {
  struct Answer: Decodable, Sendable, Equatable {
    /// The error's code; nil when the file must read.
    var code: String?
    var message: String
  }

  static let expected: [String: Answer] =
    (try? JSONDecoder().decode([String: Answer].self, from: Data(Fixtures.bytes("hostile/expected.json"))))
    ?? [:]

  /// Reads all that there is, through the archive or the stream.
  static func answer(_ path: String) -> Answer {
    do throws(CheckpointError) {
      let file = try InputFile(path: path)
      if path.hasSuffix(".legacy") {
        let stream = try LegacyStream(file)
        let parts = stream.storages.map { "\($0.reference.key) \($0.range)" }
        return Answer(message: parts.joined(separator: ", ") + "; ends at \(stream.end) of \(file.size)")
      }
      let zip = try ZipDirectory(file)
      var parts: [String] = []
      for entry in zip.entries {
        let bytes = try zip.read(entry)
        parts.append("\(entry.name) \(bytes.count)\(entry.crc32 == nil ? " unchecked" : "")")
      }
      return Answer(message: parts.joined(separator: ", "))
    } catch {
      var error = error
      // The path depends on where the repository lies.
      if error.location.file == path { error.location.file = nil }
      let name = path.split(separator: "/").last.map(String.init) ?? path
      error.hint = error.hint?.replacing(path, with: name)
      return Answer(code: error.code.word, message: error.description)
    }
  }

  @Test func `every file has its answer`() throws {
    #expect(Self.expected.count == 132)
  }

  @Test(arguments: expected.keys.sorted())
  func `the answer is`(name: String) throws {
    #expect(Self.answer(try Fixtures.path("hostile/" + name)) == Self.expected[name])
  }

  @Test(arguments: expected.keys.filter { $0.hasPrefix("ok-") && $0.hasSuffix(".zip") }.sorted())
  func `libzip agrees with what must read`(name: String) throws {
    let file = try InputFile(path: Fixtures.path("hostile/" + name))
    #expect(SecondOpinion.complaints(on: file) == [])
  }
}
