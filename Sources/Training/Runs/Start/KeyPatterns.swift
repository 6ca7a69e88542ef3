// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Patterns over a network's keys, as an option of the command line gave them. Each must mean something.
struct KeyPatterns {
  private let matchers: [PatternMatcher]

  /// - Parameters:
  ///   - option: how messages call them, for example `--fresh`.
  ///   - keys: what they may select.
  /// - Throws: `nothingMatched` for a pattern that selects none of the keys, `wrongWords` for one that is malformed.
  init(_ words: [String], option: String, among keys: [Text]) throws(CheckpointError) {
    var matchers: [PatternMatcher] = []
    for word in words.map({ Text($0) }) {
      let matcher = try PatternMatcher(Pattern(word))
      guard keys.contains(where: matcher.matches) else {
        let near = word.contains("*") ? nil : Nearest.match(word, among: keys)
        let all = keys.isEmpty ? "there is nothing for it to select" : "`resect ls FILE` lists the keys"
        throw CheckpointError(
          .nothingMatched, "`\(option) \(word)` matches no key",
          hint: near.map { "`\(option) \(ShellWords.safe($0))`" } ?? all
        )
      }
      matchers.append(matcher)
    }
    self.matchers = matchers
  }

  func matches(_ key: Text) -> Bool { matchers.contains { $0.matches(key) } }
}
