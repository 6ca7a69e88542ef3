// SPDX-License-Identifier: Apache-2.0

/// A pass that has a word in recipes.
package protocol WordPass: Pass {
  /// The first word of its recipe line.
  static var word: String { get }
  /// What follows the word, for messages: `PATH`, `PATTERN...`.
  static var usage: String { get }
  /// What it does, for the help of `edit`: one line, or some parted by newlines. Empty where its words say enough;
  /// nil where the line of the pass before it tells of this one too.
  static var summary: String? { get }
  /// The words that stand before the summary; the word and its usage, unless a pass says otherwise.
  static var synopsis: String { get }
  /// Reads the words after the first. Throws `wrongWords`.
  init(arguments: [String]) throws(CheckpointError)
  /// The words after the first, unquoted.
  var arguments: [Text] { get }
}

extension WordPass {
  package static var synopsis: String { usage.isEmpty ? word : word + " " + usage }

  /// The recipe line: the word, and what follows quoted where a shell would need it.
  public var description: String {
    ([Self.word] + arguments.map { ShellWords.quoted($0) }).joined(separator: " ")
  }

  /// The only argument of a pass that takes one.
  static func only(_ arguments: [String]) throws(CheckpointError) -> String {
    guard arguments.count == 1 else { throw wrongCount(arguments) }
    return arguments[0]
  }

  static func wrongCount(_ arguments: [String]) -> CheckpointError {
    let found =
      switch arguments.count {
      case 0: "nothing follows"
      case 1: "one word follows"
      default: "\(arguments.count) words follow"
      }
    return CheckpointError(
      .wrongWords, "`\(word)` takes `\(usage)`, but \(found)",
      hint: "a word with blanks in it needs quotes: `\(word) 'a b'`")
  }
}
