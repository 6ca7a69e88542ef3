// SPDX-License-Identifier: Apache-2.0

/// Passes in order, as text: one a line, `#` comments, shell quoting.
///
/// ```
/// take teacher
/// under module.backbone.      # drop the head and the wrapper
/// cast float16 except '**.running_*'
/// ```
public struct Recipe: Sendable, CustomStringConvertible {
  /// In the order in which they are applied.
  public var passes: [any Pass]

  /// Passes that were made, not read.
  public init(_ passes: [any Pass]) { self.passes = passes }

  /// Reads a recipe, or one pass given as an argument. Throws `wrongWords`, which names the line if there are
  /// several.
  public init(parsing text: String) throws(CheckpointError) {
    try self.init(parsing: text, passes: .standard)
  }

  package init(parsing text: String, passes known: PassList) throws(CheckpointError) {
    let lines = try ShellWords.lines(text)
    passes = []
    for line in lines {
      do throws(CheckpointError) {
        passes.append(try known.pass(line.words))
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
}
