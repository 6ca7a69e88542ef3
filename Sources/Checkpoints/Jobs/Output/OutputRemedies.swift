// SPDX-License-Identifier: Apache-2.0

/// What would take a value that an output refuses, in the words of the command that was given.
struct OutputRemedies {
  let caller: OutputCaller

  /// Passes as the caller can be given them.
  func passes(_ lines: [String]) -> String {
    let words = lines.map { ShellWords.safe(Text($0)) }.joined(separator: " ")
    return switch caller {
    case .edit: "`\(words)`"
    case .restore, .convert, .merge: "`resect edit FILE -o OUT \(words)` first"
    case .strip:
      "`resect strip FILE --print-recipe > recipe.txt` and `resect edit FILE -o OUT @recipe.txt \(words)`"
    }
  }

  /// `a`, `b`, `c` and 5 more, but for the first, which the error's location names.
  static func others(_ paths: [Text]) -> String {
    Prose.list(Array(paths.dropFirst()), limit: DropHint.longest - 1)
  }
}
