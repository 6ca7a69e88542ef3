// SPDX-License-Identifier: Apache-2.0

/// A file by its name and the digest of its bytes: in-toto's resource descriptor.
package struct DigestedFile: Sendable, Hashable {
  /// Never an absolute path: `StatementPlace.name(of:in:)`.
  package var name: Text
  /// 64 hexadecimal digits in lower case.
  package var sha256: String

  var json: JSONValue { .object(["name": .string(name), "digest": Self.digest(sha256)]) }

  static func digest(_ sha256: String) -> JSONValue { .object(["sha256": .text(sha256)]) }
}

extension DigestedFile {
  /// Nil where the value is no such descriptor with a SHA-256.
  init?(_ tree: JSONTree) {
    guard let name = tree["name"]?.text, let sha256 = Self.sha256(tree["digest"]) else { return nil }
    self.init(name: name, sha256: sha256)
  }

  /// The SHA-256 of a set of digests; nil where it has none, or not in its one form.
  static func sha256(_ digests: JSONTree?) -> String? {
    guard let text = digests?["sha256"]?.text?.ascii, text.utf8.count == 64,
      text.utf8.allSatisfy({ 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 })
    else { return nil }
    return text
  }
}
