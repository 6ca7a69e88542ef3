// SPDX-License-Identifier: Apache-2.0

/// An error as JSON: `{"schema": 1, "error": {"code", "message", "file", "member", "byte", "key", "hint"}}`.
public struct ErrorReport: Codable, Sendable {
  public struct Body: Codable, Sendable {
    public var code: String
    public var message: String
    public var file: String?
    public var member: Text?
    public var byte: Int?
    public var key: Text?
    public var hint: String?
  }

  public var schema = 1
  public var error: Body

  public init(_ error: CheckpointError) {
    self.error = Body(
      code: error.code.word, message: error.reason, file: error.location.file, member: error.location.member,
      byte: error.location.byte, key: error.location.key, hint: error.hint)
  }
}
