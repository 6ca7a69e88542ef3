// SPDX-License-Identifier: Apache-2.0

/// What the passes on a list of patterns share.
protocol PatternList: WordPass {
  var patterns: [String] { get }
  init(patterns: [String])
}

extension PatternList {
  package static var usage: String { "PATTERN..." }
  package var arguments: [String] { patterns }

  package init(arguments: [String]) throws(CheckpointError) {
    self.init(patterns: arguments)
    try check()
  }

  func check() throws(CheckpointError) {
    guard !patterns.isEmpty else {
      throw CheckpointError(
        .wrongWords, "`\(Self.word)` needs a pattern", hint: "`\(Self.word) '**.weight'`")
    }
    for pattern in patterns { _ = try Pattern(pattern) }
  }
}
