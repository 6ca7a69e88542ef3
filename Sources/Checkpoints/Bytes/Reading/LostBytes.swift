// SPDX-License-Identifier: Apache-2.0

/// Bytes that a damaged file should hold: as many of the first ones as are there, and why the rest is not.
///
/// Whoever reads a lost byte gets an error, so that none can be made up on the way to an output.
package struct LostBytes: ComputedBytes {
  /// What became of the bytes.
  package struct Loss: Sendable {
    /// How many of the first ones are as they should be.
    package var sound: Int
    /// How many are not in the file at all; 0 where they are there, and are not what they were.
    package var missing: Int
    /// One sentence.
    package var reason: String
  }

  /// As many as there should be.
  package let byteCount: Int
  package let loss: Loss
  private let held: ByteSource

  /// - Parameter held: the first of them; no more than `byteCount`.
  package init(
    _ byteCount: Int, held: ByteSource = .memory([]), missing: Int = 0, _ reason: String
  ) {
    self.byteCount = byteCount
    self.held = held
    loss = Loss(sound: held.byteCount, missing: missing, reason: reason)
  }

  package var sources: [ByteSource] { [held] }

  package func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    guard range.upperBound <= loss.sound else { throw CheckpointError(.corrupt, loss.reason) }
    try held.forEachChunk(of: range, body)
  }
}

extension ByteSource {
  /// All of a range, or what a file that was cut has of it.
  ///
  /// - Parameter what: how the range is called where the reason says that the file ends before it or inside it.
  package static func held(by file: InputFile, _ range: Range<Int>, called what: String) -> ByteSource {
    guard range.upperBound > file.size else { return .file(file, range, crc32: nil) }
    let held = min(range.lowerBound, file.size)..<file.size
    return .computed(
      LostBytes(
        range.count, held: .file(file, held, crc32: nil), missing: range.count - held.count,
        "the file ends \(held.isEmpty ? "before" : "inside") \(what)"))
  }

  /// What of these bytes, or of those that they are computed from, is lost; nil where nothing is known to be.
  package var loss: LostBytes.Loss? {
    guard case .computed(let bytes) = self else { return nil }
    if let lost = bytes as? LostBytes { return lost.loss }
    guard var loss = bytes.sources.lazy.compactMap(\.loss).first else { return nil }
    // Numbers that are turned round stay where they are. Where other computations take a byte to is known to them alone.
    if !(bytes is SwappedBytes) { loss.sound = 0 }
    return loss
  }
}
