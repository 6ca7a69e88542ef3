// SPDX-License-Identifier: Apache-2.0

/// Lists as sentences and tables have them.
package enum Prose {
  /// In a sentence: `a`, `b` and `c`, each in backticks; after `limit` names "and 12 more".
  package static func list(_ names: [Text], limit: Int = 6) -> String {
    phrases(names.prefix(limit).map { "`\($0)`" }, of: names.count)
  }

  package static func list(_ names: [String], limit: Int = 6) -> String {
    phrases(names.prefix(limit).map { "`\($0)`" }, of: names.count)
  }

  /// The same of phrases as they stand, and of names in a table, which is no sentence.
  package static func phrases(_ phrases: [String], limit: Int = 6) -> String {
    self.phrases(Array(phrases.prefix(limit)), of: phrases.count)
  }

  private static func phrases(_ shown: [String], of count: Int) -> String {
    let rest = count - shown.count
    if rest > 0 { return shown.joined(separator: ", ") + " and \(rest) more" }
    guard let last = shown.last, shown.count > 1 else { return shown.first ?? "" }
    return shown.dropLast().joined(separator: ", ") + " and " + last
  }
}
