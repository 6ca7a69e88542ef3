// SPDX-License-Identifier: Apache-2.0

extension OutputPlan {
  /// Which words the caller has, so that a refusal advises none that it does not know.
  public enum Caller: Sendable {
    /// Passes, `--keep-opaque` and `--drop-values`.
    case edit
    /// The two options alone.
    case convert
    /// Neither.
    case strip
    case merge
  }
}

/// What would take a value that an output refuses, in the words of the command that was given.
struct OutputRemedies {
  let caller: OutputPlan.Caller

  /// The most paths that a hint names.
  private static let longest = 3

  /// Passes as the caller can be given them.
  func passes(_ lines: [String]) -> String {
    let words = lines.map(ShellWords.argument).joined(separator: " ")
    return switch caller {
    case .edit: "`\(words)`"
    case .convert, .merge: "`resect edit FILE -o OUT \(words)` first"
    case .strip:
      "`resect strip FILE --print-recipe > recipe.txt` and `resect edit FILE -o OUT @recipe.txt \(words)`"
    }
  }

  /// The pass that drops some paths; nil where they are too many to be named, or the root itself.
  static func drop(_ paths: [String]) -> String? {
    guard (1...longest).contains(paths.count), !paths.contains("") else { return nil }
    return "drop " + paths.map { ShellWords.quoted(Pattern.literal($0)) }.joined(separator: " ")
  }

  /// `a`, `b`, `c` and 5 more, but for the first, which the error's location names.
  static func others(_ paths: [String]) -> String {
    Nearest.list(Array(paths.dropFirst()), limit: longest - 1)
  }
}

extension Pattern {
  /// A pattern that matches one path and nothing else.
  static func literal(_ path: String) -> String {
    guard path.utf8.contains(UInt8(ascii: "*")) || path.hasPrefix("re:") || path.isEmpty else { return path }
    var expression = "re:"
    for scalar in path.unicodeScalars {
      if scalar.isASCII, !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar), scalar != "_",
        scalar != "/"
      {
        expression += "\\"
      }
      expression.unicodeScalars.append(scalar)
    }
    return expression
  }
}

extension ShellWords {
  /// A word as a POSIX shell takes it whole, whatever it holds.
  static func argument(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      let isLetter =
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      return isLetter || "-_./,:@".utf8.contains(byte)
    }
    guard !plain || word.isEmpty else { return word }
    var quoted = "'"
    for scalar in word.unicodeScalars {
      if scalar == "'" { quoted += "'\\''" } else { quoted.unicodeScalars.append(scalar) }
    }
    return quoted + "'"
  }
}
