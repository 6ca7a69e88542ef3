// SPDX-License-Identifier: Apache-2.0

extension InputFile {
  /// SHA-256 over all bytes.
  ///
  /// - Parameter onBytes: called with the size of each part that was read.
  package func sha256(onBytes: (Int) -> Void = { _ in }) throws(CheckpointError) -> [UInt8] {
    var digest = SHA256()
    try ByteSource.file(self, 0..<size, crc32: nil).forEachChunk(of: 0..<size) {
      chunk throws(CheckpointError) in
      digest.update(chunk)
      onBytes(chunk.byteCount)
    }
    return digest.finalize()
  }
}
