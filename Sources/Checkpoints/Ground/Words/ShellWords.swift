// SPDX-License-Identifier: Apache-2.0

/// Words as a POSIX shell splits them: blanks part them, `'...'`, `"..."` and `\` keep blanks in, `#` at the
/// beginning of a word starts a comment, `$'...'` holds the escapes of C. Nothing is expanded.
package enum ShellWords {
  package struct Line: Equatable {
    /// Where it begins, from 1.
    var number: Int
    package var words: [String]
  }

  /// Splits a text into lines of words; lines without words are left out.
  package static func lines(_ text: String) throws(CheckpointError) -> [Line] {
    var scanner = Scanner(text)
    return try scanner.lines()
  }

  /// A word as `lines` would read it back: as it stands where that is enough, in quotes where not.
  package static func quoted(_ word: String) -> String {
    let scalars = word.unicodeScalars
    let isPlain = !scalars.contains { isBlank($0) || $0 == "\n" || $0 == "'" || $0 == "\"" || $0 == "\\" }
    if isPlain, let first = scalars.first, first != "#" { return word }
    // In double quotes a shell would still expand these.
    let isActive = scalars.contains { $0 == "$" || $0 == "`" || $0 == "!" || $0 == "\\" }
    if isActive || !scalars.contains("'") { return singleQuoted(word) }
    var text = "\"".unicodeScalars
    for scalar in scalars {
      if scalar == "\"" || scalar == "\\" { text.append("\\") }
      text.append(scalar)
    }
    text.append("\"")
    return String(text)
  }

  /// For messages and recipes: a lone surrogate is `\ud800` there.
  package static func quoted(_ word: Text) -> String { quoted(word.shown) }

  /// In single quotes, in which nothing means anything.
  package static func singleQuoted(_ word: String) -> String {
    let parts = word.unicodeScalars.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.map { String($0) }.joined(separator: #"'\''"#) + "'"
  }

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
        case "$" where rest.first == "'":
          rest.removeFirst()
          try escaped()
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

    /// `$'...'`: POSIX.1-2024's way of writing what cannot be seen.
    private mutating func escaped() throws(CheckpointError) {
      let opened = number
      open()
      var bytes: [UInt8] = []
      while let character = rest.popFirst() {
        switch character {
        case "'":
          guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CheckpointError(.wrongWords, "line \(opened): the text in $'...' is not UTF-8")
          }
          for scalar in text.unicodeScalars { add(scalar) }
          return
        case "\\":
          switch rest.popFirst() {
          case "n": bytes.append(0x0A)
          case "t": bytes.append(0x09)
          case "x":
            let digits = String(String.UnicodeScalarView(rest.prefix(2)))
            guard digits.utf8.count == 2, let byte = UInt8(digits, radix: 16) else {
              throw CheckpointError(.wrongWords, "line \(opened): \\x in $'...' needs two digits")
            }
            rest = rest.dropFirst(2)
            bytes.append(byte)
          case let next?: bytes += String(next).utf8
          case nil: break
          }
        default:
          if character == "\n" { number += 1 }
          bytes += String(character).utf8
        }
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
