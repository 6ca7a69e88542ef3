// SPDX-License-Identifier: Apache-2.0

/// The expression of a `re:` pattern, compiled when the program runs.
///
/// Swift's engine backtracks: an expression such as `(a+)+b` can take very long on a long key. The expression
/// comes from the user's own command line, never from a checkpoint; `docs/passes/patterns.md` says so.
struct RegexMatcher {
  private let regex: Regex<AnyRegexOutput>
  let captureCount: Int

  init(_ expression: String) throws(CheckpointError) {
    do {
      regex = try Regex(expression)
    } catch {
      throw CheckpointError(
        .wrongWords, "`re:\(expression)` is not a regular expression: \(error)",
        hint: "put a backslash before a character that stands for itself: `re:fc\\.weight`")
    }
    // An alternation with nothing matches the empty text, whatever the expression: its output counts the
    // groups.
    let probe = (try? Regex("(?:\(expression))|"))?.wholeMatchOfNothing
    captureCount = max(0, (probe ?? 1) - 1)
  }

  func captures(in text: String) -> [String?]? {
    guard let match = try? regex.wholeMatch(in: text) else { return nil }
    return match.output.dropFirst().map { $0.substring.map(String.init) }
  }
}

extension Regex<AnyRegexOutput> {
  fileprivate var wholeMatchOfNothing: Int? { (try? wholeMatch(in: ""))?.output.count }
}
