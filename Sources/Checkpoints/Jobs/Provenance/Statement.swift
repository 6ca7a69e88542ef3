// SPDX-License-Identifier: Apache-2.0

/// An in-toto Statement v1: what it is about, and what is said of it.
///
/// Source: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
package struct Statement: Sendable, Hashable {
  /// `_type`.
  static let type: Text = "https://in-toto.io/Statement/v1"
  /// The most bytes of one that are read.
  static let largest = 1 << 30

  /// Never empty.
  package var subject: [DigestedFile]
  /// What kind of thing is said.
  package var predicateType: Text
  /// Nil where another kind of thing is said than `Provenance`.
  package var provenance: Provenance?

  /// Of ours.
  init(about subject: [DigestedFile], _ provenance: Provenance) {
    self.subject = subject
    predicateType = Provenance.type
    self.provenance = provenance
  }

  /// The file: RFC 8785, without a line feed at its end.
  ///
  /// - Throws: `unrepresentable` for names that are no Unicode, which that form has no place for.
  package func bytes() throws(CheckpointError) -> [UInt8] {
    try CanonicalJSON.bytes(
      of: .object([
        "_type": .string(Self.type),
        "subject": .array(subject.map(\.json)),
        "predicateType": .string(predicateType),
        "predicate": provenance?.json ?? .null,
      ]))
  }

  /// Reads a statement of any kind, in any form of JSON.
  ///
  /// - Throws: `corrupt` where it is none; `unsupported` for a signed envelope.
  package init(_ bytes: [UInt8]) throws(CheckpointError) {
    let tree = try JSONTree(bytes, subject: "the statement")
    if tree["payloadType"] != nil, tree["_type"] == nil {
      throw CheckpointError(
        .unsupported, "it is a signed envelope (DSSE), and signatures are not checked here",
        hint: "check the signature first, then give the statement that is its payload")
    }
    guard tree["_type"]?.text == Self.type else {
      throw CheckpointError(.corrupt, "it is no in-toto Statement v1: `_type` is not `\(Self.type)`")
    }
    do throws(NoMember) {
      subject = try tree.files("subject")
      predicateType = try tree.member("predicateType", \.text)
      if predicateType == Provenance.type {
        provenance = try Provenance(try tree.member("predicate") { $0 })
      }
    } catch {
      throw CheckpointError(.corrupt, "its `\(error.name)` is missing, or is not what belongs there")
    }
    guard !subject.isEmpty else {
      throw CheckpointError(.corrupt, "it is about nothing: its `subject` is empty")
    }
  }

  /// Opens a statement; also gives the digest of its bytes.
  ///
  /// - Throws: what the initialiser and opening throw; `limit` beyond 1 GiB.
  static func open(_ path: String) throws(CheckpointError) -> (statement: Statement, sha256: String) {
    do throws(CheckpointError) {
      let file = try InputFile(path: path)
      guard file.size <= largest else {
        throw CheckpointError(.limit, "it has \(file.size) bytes; at most \(largest) are read")
      }
      let bytes = try file.read(0..<file.size)
      return (try Statement(bytes), SHA256.of(bytes).hexadecimal)
    } catch { throw error.at(file: path) }
  }
}
