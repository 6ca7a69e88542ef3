// SPDX-License-Identifier: Apache-2.0

/// The expression of a `re:` pattern, compiled when the program runs, and matched by code points.
///
/// Swift's engine backtracks: an expression such as `(a+)+b` can take very long on a long key. The expression
/// comes from the user's own command line, never from a checkpoint; `docs/passes/patterns.md` says so.
struct RegexMatcher {
  private let regex: Regex<AnyRegexOutput>
  let captureCount: Int

  init(_ expression: Text) throws(CheckpointError) {
    guard let string = SurrogateScalars.string(for: expression) else {
      throw CheckpointError(
        .wrongWords, "`re:\(expression)` has lone surrogates beside U+10D800 and its like",
        hint: "a pattern with `*` in their place")
    }
    let source = Self.apart(string)
    do {
      regex = try Regex(source).matchingSemantics(.unicodeScalar)
    } catch {
      throw CheckpointError(
        .wrongWords, "`re:\(expression)` is not a regular expression: \(error)",
        hint: "put a backslash before a character that stands for itself: `re:fc\\.weight`")
    }
    // An alternation with nothing matches the empty text, whatever the expression: its output counts the
    // groups.
    let probe = (try? Regex("(?:\(source))|"))?.wholeMatchOfNothing
    captureCount = max(0, (probe ?? 1) - 1)
  }

  func captures(in text: Text) -> [Text?]? {
    guard let string = SurrogateScalars.string(for: text), let match = try? regex.wholeMatch(in: string)
    else { return nil }
    let captures = match.output.dropFirst().map(\.substring)
    guard text.isWellFormed else { return captures.map { $0.map(SurrogateScalars.text) } }
    return captures.map { $0.map { Text($0) } }
  }

  /// An accent after a character such as `.` makes one `Character` with it, which `Regex` takes for no `.`: the
  /// accent is written by its number.
  private static func apart(_ expression: String) -> String {
    var apart = "".unicodeScalars
    var isEscaped = false
    for character in expression {
      let scalars = character.unicodeScalars
      let joins = scalars.count > 1 && scalars.contains(where: isMark)
      for scalar in scalars {
        if joins, !scalar.isASCII, !isEscaped {
          apart.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
        } else {
          apart.append(scalar)
        }
        isEscaped = scalar == "\\" && !isEscaped
      }
    }
    return String(apart)
  }

  /// Whether an expression may mean something by it.
  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    "\\^$.|?*+()[]{}-,:<>=!&~".unicodeScalars.contains(scalar)
  }
}

extension Regex<AnyRegexOutput> {
  fileprivate var wholeMatchOfNothing: Int? { (try? wholeMatch(in: ""))?.output.count }
}
