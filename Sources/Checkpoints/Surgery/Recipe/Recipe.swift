// SPDX-License-Identifier: Apache-2.0

/// Passes in order, as text: one a line, `#` comments, shell quoting.
///
/// ```
/// take teacher
/// under module.backbone.      # drop the head and the wrapper
/// cast float16 except '**.running_*'
/// ```
public struct Recipe: Sendable, CustomStringConvertible {
  public var passes: [any Pass]

  public init(_ passes: [any Pass]) { self.passes = passes }

  /// Reads a recipe, or one pass given as an argument. Throws `wrongWords`, which names the line if there are
  /// several.
  public init(parsing text: String) throws(CheckpointError) {
    let lines = try ShellWords.lines(text)
    passes = []
    for line in lines {
      do throws(CheckpointError) {
        passes.append(try Self.pass(line.words))
      } catch {
        guard text.contains("\n") else { throw error }
        var numbered = error
        numbered.reason = "line \(line.number): \(error.reason)"
        throw numbered
      }
    }
  }

  /// One line a pass, which parses back to the same passes.
  public var description: String { passes.map(\.description).joined(separator: "\n") }

  /// The passes that have a word, in the order of the documentation.
  package static let words: [any WordPass.Type] = [
    Take.self, Under.self, Unprefix.self, Prefix.self, Keep.self, Drop.self, Rename.self, Cast.self,
    Untie.self, SetValue.self, Plain.self, Parametrize.self, Unparametrize.self, Fuse.self, Family.self,
    Rows.self, Hollow.self,
  ]

  private static func pass(_ words: [String]) throws(CheckpointError) -> any Pass {
    guard let word = words.first else { throw CheckpointError(.wrongWords, "a pass may not be empty") }
    guard let type = Self.words.first(where: { $0.word == word }) else {
      let known = Self.words.map { $0.word }
      guard let meant = Nearest.match(word, among: known) else {
        throw CheckpointError(
          .wrongWords, "`\(word)` is not a pass",
          hint: "the passes are \(Nearest.list(known, limit: known.count))")
      }
      let line = ([meant] + words.dropFirst().map { ShellWords.quoted($0) }).joined(separator: " ")
      throw CheckpointError(.wrongWords, "`\(word)` is not a pass", hint: "`\(line)`")
    }
    return try type.init(arguments: Array(words.dropFirst()))
  }
}
