// SPDX-License-Identifier: Apache-2.0

/// The pass that leaves out what an output refuses, as a hint spells it.
enum DropHint {
  /// The most paths that a hint names.
  static let longest = 3

  /// Nil where the paths are too many to be named, or the root is among them.
  static func pass(_ paths: [Text]) -> String? {
    guard (1...longest).contains(paths.count), !paths.contains("") else { return nil }
    return "drop " + paths.map { ShellWords.quoted(Pattern.literal($0)) }.joined(separator: " ")
  }
}
