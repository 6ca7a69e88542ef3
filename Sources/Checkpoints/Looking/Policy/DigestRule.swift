// SPDX-License-Identifier: Apache-2.0

/// `sha256 HEX` of the file, `sha256 KEY HEX` of a tensor as `resect ls --hash` prints it.
struct DigestRule: PolicyRule {
  static let word = "sha256"
  static let usage = "[KEY] DIGEST"
  private let key: Text?
  private let digest: String

  init?(_ words: [String], folder: String) throws(CheckpointError) {
    guard (1...2).contains(words.count), let last = words.last else { return nil }
    let digest = last.lowercased()
    guard digest.utf8.count == 64, digest.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else {
      throw CheckpointError(
        .wrongWords, "`\(last)` is no SHA-256, which has 64 hexadecimal digits",
        hint: "`sha256sum FILE` prints a file's, `resect ls FILE --hash` those of its tensors")
    }
    self.digest = digest
    key = words.count == 2 ? Text(words[0]) : nil
  }

  func findings(
    in subject: PolicySubject, _ onBytes: (Int) -> Void
  ) throws(CheckpointError) -> [String] {
    guard let key else { return try file(subject, onBytes) }
    let bytes: TensorBytes
    do throws(CheckpointError) { bytes = try TensorBytes(subject.document, keys: [key]) } catch {
      guard error.code == .nothingMatched else { throw error }
      return ["`\(key)`: \(error.reason)"]
    }
    var sum = SHA256()
    try bytes.forEachChunk { chunk throws(CheckpointError) in
      sum.update(chunk)
      onBytes(chunk.byteCount)
    }
    let found = sum.finalize().hexadecimal
    return found == digest ? [] : ["`\(key)` has \(found)"]
  }

  private func file(_ subject: PolicySubject, _ onBytes: (Int) -> Void) throws(CheckpointError) -> [String] {
    guard !InputFolder.isNamed(by: subject.path) else { return ["a folder has no digest of its own"] }
    let found = try InputFile(path: subject.path).sha256(onBytes: onBytes).hexadecimal
    return found == digest ? [] : ["it has \(found)"]
  }
}
