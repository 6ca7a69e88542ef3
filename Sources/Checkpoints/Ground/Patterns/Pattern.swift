// SPDX-License-Identifier: Apache-2.0

/// Which keys or paths a pass means: `fc.**`, `**.running_*`, `teacher/module.head.**`,
/// `re:blocks\.[0-9]+\..*`.
///
/// With a `/` a pattern is matched against whole paths. Without one it is matched against the whole key of
/// every entry of every state dict, and against the names at the top of the document. `*` stays inside one
/// dotted component, `**` crosses dots but not `/`, and `**.` may match nothing. What a wildcard matched is a
/// capture. `re:EXPR` is a Swift regular expression that must match the whole text.
///
/// Keys are matched as they stand in paths: a `/` inside a key is `~1`, a `~` is `~0`.
public struct Pattern: Sendable, Hashable, CustomStringConvertible {
  enum Form: Hashable {
    case glob(Glob)
    case regex(Text)
  }

  package let text: Text
  let form: Form

  /// As it was written.
  public var description: String { text.shown }

  /// Throws `wrongWords` for an empty pattern, `***`, and an expression that does not parse.
  public init(_ text: Text) throws(CheckpointError) {
    self.text = text
    guard !text.isEmpty else {
      throw CheckpointError(.wrongWords, "a pattern may not be empty", hint: "`**` matches every key")
    }
    if let expression = text.dropping(prefix: "re:") {
      form = .regex(expression)
      _ = try RegexMatcher(expression)
    } else {
      form = .glob(try Glob(text))
    }
  }

  /// Whether it is matched against whole paths.
  package var isPath: Bool {
    switch form {
    case .glob: text.contains("/")
    case .regex(let expression): expression.contains("/")
    }
  }

  /// How many captures a match has.
  package var captureCount: Int {
    switch form {
    case .glob(let glob): glob.captureCount
    case .regex(let expression): (try? RegexMatcher(expression))?.captureCount ?? 0
    }
  }
}

/// A pattern made ready to match many texts. Not sendable, as Swift's `Regex` is not.
package struct PatternMatcher {
  package let pattern: Pattern
  private let regex: RegexMatcher?

  package init(_ pattern: Pattern) throws(CheckpointError) {
    self.pattern = pattern
    if case .regex(let expression) = pattern.form {
      regex = try RegexMatcher(expression)
    } else {
      regex = nil
    }
  }

  /// What the wildcards or groups caught, in order, or nil where the whole text does not match. A capture is
  /// nil where its wildcard or group took no part.
  package func captures(in text: Text) -> [Text?]? {
    switch pattern.form {
    case .glob(let glob): glob.captures(in: text)
    case .regex: regex?.captures(in: text)
    }
  }

  package func matches(_ text: Text) -> Bool { captures(in: text) != nil }
}
