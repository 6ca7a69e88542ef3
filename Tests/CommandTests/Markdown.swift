// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport

/// Reads pages of the repository.
enum Markdown {
  static let root = Fixtures.folder + "/.."

  static func lines(_ file: String) throws -> [String] {
    try String(contentsOfFile: root + "/" + file, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The lines of each code block in a language, in the page's order.
  static func blocks(_ file: String, _ language: String) throws -> [[String]] {
    var blocks: [[String]] = []
    var current: [String]?
    for line in try lines(file) {
      if line == "```" + language {
        current = []
      } else if line == "```", let block = current {
        blocks.append(block)
        current = nil
      } else {
        current?.append(line)
      }
    }
    return blocks
  }
}
