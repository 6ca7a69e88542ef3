// SPDX-License-Identifier: Apache-2.0

/// Files that a statement is to be about or to name, each read once, and looked at again before the statement is written:
/// what is said of them must still be so.
struct HashedFiles: Sendable {
  private var seen: [(path: String, status: Kernel.Status)] = []

  init() {}

  /// SHA-256 of a file, in hexadecimal.
  ///
  /// - Parameter open: the file where it is open already, so that the bytes hashed are those that are used.
  mutating func sha256(
    of path: String, open: InputFile? = nil, onBytes: (Int) -> Void
  ) throws(CheckpointError) -> String {
    let file: InputFile
    if let open { file = open.whole ?? open } else { file = try InputFile(path: path) }
    let digest = try file.sha256(onBytes: onBytes)
    try file.checkUnchanged()
    seen.append((path, file.status))
    return digest.hexadecimal
  }

  /// - Throws: `inputChanged` for the first file that is another now.
  func checkUnchanged() throws(CheckpointError) {
    for file in seen where Kernel.status(at: file.path) != file.status {
      throw CheckpointError(
        .inputChanged, "the file changed after its digest was taken", at: .init(file: file.path),
        hint: "wait until nothing writes to it any more")
    }
  }
}
