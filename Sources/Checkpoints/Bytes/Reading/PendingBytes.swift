// SPDX-License-Identifier: Apache-2.0

/// Cuts chunks anew, so that each but the last has a multiple of 16 bytes, the largest item.
struct PendingBytes {
  typealias Body = (RawSpan) throws(CheckpointError) -> Void

  private var bytes: [UInt8] = []

  mutating func add(_ chunk: RawSpan, _ body: Body) throws(CheckpointError) {
    if bytes.isEmpty, chunk.byteCount % 16 == 0 { return try body(chunk) }
    unsafe chunk.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    let whole = bytes.count / 16 * 16
    if whole > 0 { try unsafe body(bytes.span.bytes.extracting(first: whole)) }
    bytes.removeFirst(whole)
  }

  mutating func add(zeros count: Int, _ body: Body) throws(CheckpointError) {
    var left = count
    while left > 0 {
      let zeros = [UInt8](repeating: 0, count: min(left, ByteSource.chunkSize))
      try unsafe add(zeros.span.bytes, body)
      left -= zeros.count
    }
  }

  mutating func finish(_ body: Body) throws(CheckpointError) {
    if !bytes.isEmpty { try unsafe body(bytes.span.bytes) }
  }
}
