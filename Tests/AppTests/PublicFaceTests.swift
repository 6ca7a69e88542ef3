// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What is public of the trainer's library is a promise: it is made in one room, and nowhere else.
@Suite struct PublicFaceTests {
  private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources/Training").path

  @Test func `nothing is public but what stands in the room for apps`() throws {
    var (inside, outside) = (0, [String]())
    let paths = try #require(FileManager.default.enumerator(atPath: Self.sources))
    for case let path as String in paths where path.hasSuffix(".swift") {
      let text = try String(contentsOfFile: Self.sources + "/" + path, encoding: .utf8)
      for line in text.split(separator: "\n") {
        guard
          line.firstMatch(of: /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:public|open)\s/) != nil
            || line.contains("@_spi") || line.contains("@_exported")
        else { continue }
        if path.hasPrefix("Face/") { inside += 1 } else { outside.append("\(path): \(line)") }
      }
    }
    #expect(outside == [])
    #expect(inside > 20)
  }
}
