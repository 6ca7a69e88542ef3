// SPDX-License-Identifier: Apache-2.0

/// An error as JSON: `{"schema": 1, "error": {"code", "message", "file", "member", "byte", "key", "hint"}}`.
public struct ErrorReport: Codable, Sendable {
  /// What the error says. Absent parts are left out of the JSON.
  public struct Body: Codable, Sendable {
    /// `CheckpointError.Code.word`.
    public var code: String
    /// The reason: one sentence.
    public var message: String
    /// As in `CheckpointError.Location`, the place as far as it is known.
    public var file: String?
    /// The archive's member.
    public var member: Text?
    /// An offset in the member, or in the file where there is none.
    public var byte: Int?
    /// A key, or the path of a value.
    public var key: Text?
    /// What to try.
    public var hint: String?
  }

  /// Rises when a name goes or changes its meaning; new names do not raise it.
  public var schema = 1
  /// The one thing that went wrong.
  public var error: Body

  /// The error as it stands; names from files are not made safe to show here.
  public init(_ error: CheckpointError) {
    self.error = Body(
      code: error.code.word, message: error.reason, file: error.location.file, member: error.location.member,
      byte: error.location.byte, key: error.location.key, hint: error.hint)
  }
}

extension ErrorReport {
  /// Reads what a command printed with `--json`. Throws `corrupt` for anything else.
  public init(parsing text: String) throws(CheckpointError) {
    guard let tree = try? JSONTree(Array(text.utf8), subject: "the report"),
      let schema = tree["schema"]?.integer, let body = tree["error"].flatMap(Body.init)
    else { throw CheckpointError(.corrupt, "it is no error report") }
    self.schema = schema
    error = body
  }
}

extension ErrorReport.Body {
  /// Nil where the value is no error. Members that are not there, or null, are nil; those of another kind are a fault.
  init?(_ tree: JSONTree) {
    guard let code = tree["code"]?.text, let message = tree["message"]?.text else { return nil }
    self.init(code: code.shown, message: message.shown)
    do {
      file = try Self.optional(tree["file"], \.text)?.shown
      member = try Self.optional(tree["member"], \.text)
      byte = try Self.optional(tree["byte"], \.integer)
      key = try Self.optional(tree["key"], \.text)
      hint = try Self.optional(tree["hint"], \.text)?.shown
    } catch { return nil }
  }

  private struct AnotherKind: Error {}

  private static func optional<Value>(
    _ tree: JSONTree?, _ value: (JSONTree) -> Value?
  ) throws(AnotherKind) -> Value? {
    guard let tree, tree != .null else { return nil }
    guard let value = value(tree) else { throw AnotherKind() }
    return value
  }
}
