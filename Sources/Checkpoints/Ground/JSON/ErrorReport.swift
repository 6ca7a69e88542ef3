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
