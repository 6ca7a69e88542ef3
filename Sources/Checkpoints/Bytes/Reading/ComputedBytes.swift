// SPDX-License-Identifier: Apache-2.0

/// Bytes that are made from other sources when they are wanted: what a pass leaves behind in place of a storage, so
/// that it stays pure and nothing is read before a plan is written.
package protocol ComputedBytes: Sendable {
  var byteCount: Int { get }
  /// What they are made from; from here the plan learns which files it must not overwrite.
  var sources: [ByteSource] { get }
  /// Whether a range costs all that lies before it, as where a stream is decoded: ranges must then be few.
  var startsOver: Bool { get }

  /// Hands out the bytes of `range` in order, in chunks of about `ByteSource.chunkSize`; each but the last has a
  /// multiple of 16 bytes. A range may begin and end anywhere.
  func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError)
}

extension ComputedBytes {
  package var startsOver: Bool { false }
}

extension ByteSource {
  /// Whether a range costs all that lies before it.
  package var startsOver: Bool {
    if case .computed(let bytes) = self { bytes.startsOver } else { false }
  }
}
