// SPDX-License-Identifier: Apache-2.0

/// The entry `resect` of a file's `__metadata__`: what a list of named tensors does not say of the document that
/// they came from. `docs/formats/safetensors.md` describes it.
enum RestoringEntry {
  static let key: Text = "resect"
  static let version: Int64 = 1

  /// Ties the entry to the tensors of its file: the first 16 hexadecimal digits of the SHA-256 over the names, each
  /// as a JSON string, in byte order with commas between.
  static func digest(ofSorted names: [Text]) -> String {
    var digest = SHA256()
    for (index, name) in names.enumerated() {
      if index > 0 { digest.update([UInt8(ascii: ",")]) }
      digest.update(Array(name.jsonQuoted.utf8))
    }
    return digest.finalize().prefix(8).hexadecimal
  }
}
