// SPDX-License-Identifier: Apache-2.0

extension InputFile {
  /// SHA-256 over all bytes.
  ///
  /// - Parameter onBytes: called with the size of each part that was read.
  package func sha256(onBytes: (Int) -> Void = { _ in }) throws(CheckpointError) -> [UInt8] {
    var digest = SHA256()
    var buffer = [UInt8](repeating: 0, count: min(ByteSource.chunkSize, size))
    var done = 0
    while done < size {
      let count = min(buffer.count, size - done)
      try read(at: done, into: &buffer, count: count)
      unsafe digest.update(buffer.span.bytes.extracting(0..<count))
      done += count
      onBytes(count)
    }
    return digest.finalize()
  }
}
