// SPDX-License-Identifier: Apache-2.0

/// The bytes of a source with those of each element in reverse order: a big-endian storage as everything downstream
/// reads it.
package struct SwappedBytes: ComputedBytes {
  package var source: ByteSource
  /// Bytes a number takes, 2 to 16; of a complex element each part is a number.
  package var width: Int

  package init(_ source: ByteSource, width: Int) {
    self.source = source
    self.width = width
  }

  package var sources: [ByteSource] { [source] }
  package var byteCount: Int { source.byteCount }

  /// Hands out the swapped bytes of `range`. Bytes at the end that fill no element stay as they are.
  package func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try source.forEachChunk(of: range, from: width, to: width, body, swapped)
  }

  private func swapped(_ chunk: RawSpan) -> [UInt8] {
    var bytes = unsafe chunk.withUnsafeBytes { unsafe [UInt8]($0) }
    let whole = bytes.count / width * width
    for start in stride(from: 0, to: whole, by: width) {
      for index in 0..<width / 2 { bytes.swapAt(start + index, start + width - 1 - index) }
    }
    return bytes
  }
}
