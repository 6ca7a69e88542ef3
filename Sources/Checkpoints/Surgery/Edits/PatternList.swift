// SPDX-License-Identifier: Apache-2.0

/// What the passes on a list of patterns share.
protocol PatternList: WordPass {
  var patterns: [Text] { get }
  init(patterns: [Text])
}

extension PatternList {
  package static var usage: String { "PATTERN..." }
  package var arguments: [Text] { patterns }

  package init(arguments: [String]) throws(CheckpointError) {
    self.init(patterns: arguments.map { Text($0) })
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
