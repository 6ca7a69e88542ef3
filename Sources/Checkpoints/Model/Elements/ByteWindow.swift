// SPDX-License-Identifier: Apache-2.0

/// Pulls ranges out of a source, one after the other, into one buffer.
struct ByteWindow {
  let source: ByteSource
  private var buffer: [UInt8] = []
  private var count = 0

  init(_ source: ByteSource) { self.source = source }

  /// How much to ask for at once. What fits a processor's cache is fastest; a compressed member is decoded from its
  /// beginning for every range, so that fewer and larger ones cost less.
  var size: Int {
    switch source {
    case .file, .memory: 1 << 18
    case .computed(let bytes): bytes.startsOver ? 1 << 24 : 1 << 22
    }
  }

  mutating func load(_ range: Range<Int>) throws(CheckpointError) {
    count = range.count
    if case .file(let file, let whole, _) = source {
      guard range.upperBound <= whole.count else {
        throw CheckpointError(
          .corrupt, "a tensor ends \(range.upperBound - whole.count) bytes after its storage",
          at: .init(file: file.path, byte: whole.upperBound))
      }
      if buffer.count < count { buffer = [UInt8](repeating: 0, count: count) }
      try file.read(at: whole.lowerBound + range.lowerBound, into: &buffer, count: count)
    } else {
      buffer.removeAll(keepingCapacity: true)
      try source.forEachChunk(of: range) { chunk throws(CheckpointError) in
        unsafe chunk.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
      }
    }
  }

  /// What was loaded last.
  func withBytes<Result>(
    _ body: (RawSpan) throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    try unsafe body(buffer.span.extracting(first: count).bytes)
  }
}
