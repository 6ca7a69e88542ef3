// SPDX-License-Identifier: Apache-2.0

extension Recipe {
  /// The passes of a command line: each argument is one pass, or `@FILE`, a recipe in a file.
  ///
  /// Throws `wrongWords`, which names file and line, and `unreadable`.
  public init(arguments: [String]) throws(CheckpointError) {
    try self.init(arguments: arguments, passes: .standard)
  }

  package init(arguments: [String], passes known: PassList) throws(CheckpointError) {
    guard !arguments.isEmpty else {
      throw CheckpointError(
        .wrongWords, "no pass is given",
        hint: "`resect edit FILE -o OUT 'take teacher'`; the passes are \(known.prose)")
    }
    self.init([])
    for argument in arguments {
      if argument.hasPrefix("@") {
        passes += try Recipe(file: String(argument.dropFirst()), passes: known).passes
      } else {
        let recipe = try Recipe(parsing: argument, passes: known)
        guard !recipe.passes.isEmpty else { throw CheckpointError(.wrongWords, "a pass may not be empty") }
        passes += recipe.passes
      }
    }
  }

  /// A recipe is a text of people's; a larger file is something else.
  private static let largestFile = 1 << 20

  /// Reads a recipe file.
  public init(file path: String) throws(CheckpointError) {
    try self.init(file: path, passes: .standard)
  }

  package init(file path: String, passes known: PassList) throws(CheckpointError) {
    let text: String
    do throws(CheckpointError) {
      text = try TextFile(path: path, limit: Self.largestFile, subject: "a recipe").string
    } catch {
      guard error.code == .corrupt else { throw error }
      // What stands in a recipe are the command's words.
      throw CheckpointError(.wrongWords, error.reason, at: error.location, hint: error.hint)
    }
    // A newline makes a single line count as a file, so that errors name the line.
    do throws(CheckpointError) { try self.init(parsing: text + "\n", passes: known) } catch {
      throw error.at(file: path)
    }
    guard !passes.isEmpty else {
      throw CheckpointError(.wrongWords, "the recipe holds no pass", at: .init(file: path))
    }
  }
}
