// SPDX-License-Identifier: Apache-2.0

/// Words as a POSIX shell splits them: blanks part them, `'...'`, `"..."` and `\` keep blanks in, `#` at the
/// beginning of a word starts a comment, `$'...'` holds the escapes of C. Nothing is expanded.
package enum ShellWords {
  struct Line: Equatable {
    /// Where it begins, from 1.
    var number: Int
    var words: [String]
  }

  /// Splits a text into lines of words; lines without words are left out.
  static func lines(_ text: String) throws(CheckpointError) -> [Line] {
    var scanner = Scanner(text)
    return try scanner.lines()
  }

  /// A word as `lines` would read it back: as it stands where that is enough, in quotes where not.
  static func quoted(_ word: String) -> String {
    let scalars = word.unicodeScalars
    let isPlain = !scalars.contains { isBlank($0) || $0 == "\n" || $0 == "'" || $0 == "\"" || $0 == "\\" }
    if isPlain, let first = scalars.first, first != "#" { return word }
    if !scalars.contains("'") { return "'\(word)'" }
    var text = "\"".unicodeScalars
    for scalar in scalars {
      if scalar == "\"" || scalar == "\\" { text.append("\\") }
      text.append(scalar)
    }
    text.append("\"")
    return String(text)
  }

  /// For messages and recipes: a lone surrogate is `\ud800` there.
  static func quoted(_ word: Text) -> String { quoted(word.shown) }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || scalar == "\r" || scalar == "\u{B}" || scalar == "\u{C}"
  }

  // Scalars, not characters: a quote with an accent after it is still a quote.
  private struct Scanner {
    private var rest: Substring.UnicodeScalarView
    private var number = 1
    private var found: [Line] = []
    private var words: [String] = []
    /// The word being read; nil between words.
    private var word: String.UnicodeScalarView?
    private var start = 1

    init(_ text: String) { rest = text[...].unicodeScalars }

    mutating func lines() throws(CheckpointError) -> [Line] {
      while let character = rest.popFirst() {
        switch character {
        case "'": try singleQuoted()
        case "\"": try doubleQuoted()
        case "\\":
          switch rest.popFirst() {
          case nil: add("\\")
          case "\n": number += 1
          case .some(let next): add(next)
          }
        case "#" where word == nil:
          rest = rest.drop { $0 != "\n" }
        case "\n":
          endLine()
          number += 1
        case _ where ShellWords.isBlank(character): endWord()
        default: add(character)
        }
      }
      endLine()
      return found
    }

    private mutating func singleQuoted() throws(CheckpointError) {
      let opened = number
      open()
      while let character = rest.popFirst() {
        if character == "'" { return }
        if character == "\n" { number += 1 }
        add(character)
      }
      throw unclosed("'", opened)
    }

    private mutating func doubleQuoted() throws(CheckpointError) {
      let opened = number
      open()
      while let character = rest.popFirst() {
        switch character {
        case "\"": return
        case "\\":
          guard let next = rest.first else { break }
          if next == "\n" {
            rest.removeFirst()
            number += 1
          } else if "\"\\$`".unicodeScalars.contains(next) {
            add(rest.removeFirst())
          } else {
            add(character)
          }
        default:
          if character == "\n" { number += 1 }
          add(character)
        }
      }
      throw unclosed("\"", opened)
    }

    private func unclosed(_ quote: String, _ line: Int) -> CheckpointError {
      CheckpointError(
        .wrongWords, "line \(line): a quote \(quote) is not closed",
        hint: "close it, or write \\\(quote) where it stands for itself")
    }

    private mutating func open() {
      if word == nil {
        word = .init()
        if words.isEmpty { start = number }
      }
    }

    private mutating func add(_ character: Unicode.Scalar) {
      open()
      word?.append(character)
    }

    private mutating func endWord() {
      if let word { words.append(String(word)) }
      word = nil
    }

    private mutating func endLine() {
      endWord()
      if !words.isEmpty { found.append(Line(number: start, words: words)) }
      words = []
    }
  }
}
