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
    let words = lines.map { ShellWords.safe(Text($0)) }.joined(separator: " ")
    return switch caller {
    case .edit: "`\(words)`"
    case .convert, .merge: "`resect edit FILE -o OUT \(words)` first"
    case .strip:
      "`resect strip FILE --print-recipe > recipe.txt` and `resect edit FILE -o OUT @recipe.txt \(words)`"
    }
  }

  /// The pass that drops some paths; nil where they are too many to be named, or the root itself.
  static func drop(_ paths: [Text]) -> String? {
    guard (1...longest).contains(paths.count), !paths.contains("") else { return nil }
    return "drop " + paths.map { ShellWords.quoted(Pattern.literal($0)) }.joined(separator: " ")
  }

  /// `a`, `b`, `c` and 5 more, but for the first, which the error's location names.
  static func others(_ paths: [Text]) -> String {
    Nearest.list(Array(paths.dropFirst()), limit: longest - 1)
  }
}

extension Pattern {
  /// A pattern that matches one path and nothing else.
  static func literal(_ path: Text) -> Text {
    guard path.contains("*") || path.hasPrefix("re:") || path.isEmpty, let path = path.string else {
      return path
    }
    var expression = "re:"
    for scalar in path.unicodeScalars {
      if scalar.isASCII, !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar), scalar != "_",
        scalar != "/"
      {
        expression += "\\"
      }
      expression.unicodeScalars.append(scalar)
    }
    return Text(expression)
  }
}
