// SPDX-License-Identifier: Apache-2.0

/// A part of another source: what follows a header inside a compressed member.
package struct SlicedBytes: ComputedBytes {
  let source: ByteSource
  /// Of the source.
  let window: Range<Int>

  package init(_ source: ByteSource, _ window: Range<Int>) {
    self.source = source
    self.window = window
  }

  package var byteCount: Int { window.count }
  package var sources: [ByteSource] { [source] }

  package func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    // A member's chunks follow the member's own start: cut anew, so that elements stay whole.
    var pending = PendingBytes()
    let start = window.lowerBound
    try source.forEachChunk(of: start + range.lowerBound..<start + range.upperBound) {
      chunk throws(CheckpointError) in try pending.add(chunk, body)
    }
    try pending.finish(body)
  }
}
