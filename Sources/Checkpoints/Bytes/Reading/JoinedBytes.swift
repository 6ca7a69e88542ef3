// SPDX-License-Identifier: Apache-2.0

/// Parts of other sources, one behind the other. What no part fills is zero.
struct JoinedBytes: ComputedBytes {
  struct Part: Sendable {
    /// In the whole.
    var start: Int
    var source: ByteSource
    /// Of the source.
    var range: Range<Int>

    var end: Int { start + range.count }
  }

  let byteCount: Int
  /// In order, and apart.
  let parts: [Part]

  var sources: [ByteSource] { parts.map(\.source) }

  func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var pending = PendingBytes()
    var position = range.lowerBound
    for part in parts where part.end > range.lowerBound && part.start < range.upperBound {
      let (start, end) = (max(part.start, range.lowerBound), min(part.end, range.upperBound))
      try pending.add(zeros: start - position, body)
      let moved = part.range.lowerBound - part.start
      try part.source.forEachChunk(of: start + moved..<end + moved) { chunk throws(CheckpointError) in
        try pending.add(chunk, body)
      }
      position = end
    }
    try pending.add(zeros: range.upperBound - position, body)
    try pending.finish(body)
  }
}
