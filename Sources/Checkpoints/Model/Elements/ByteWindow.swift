// SPDX-License-Identifier: Apache-2.0

/// Pulls ranges out of a source, one after the other, into one buffer.
struct ByteWindow {
  let source: ByteSource
  private var buffer: [UInt8] = []
  /// What of the source the buffer holds, from its beginning on.
  private var held = 0..<0

  init(_ source: ByteSource) { self.source = source }

  /// How much to ask for at once. What fits a processor's cache is fastest; a compressed member is decoded from its
  /// beginning for every range, so that fewer and larger ones cost less.
  var size: Int {
    switch source {
    case .file, .memory: 1 << 18
    case .computed(let bytes): bytes.startsOver ? 1 << 24 : 1 << 22
    }
  }

  /// Whether a range costs the same wherever it lies. Anything that is computed may begin anew for each range.
  var isRandomAccess: Bool {
    switch source {
    case .file, .memory: true
    case .computed: false
    }
  }

  func holds(_ range: Range<Int>) -> Bool {
    if case .memory = source { return range.upperBound <= source.byteCount }
    return held.lowerBound <= range.lowerBound && range.upperBound <= held.upperBound
  }

  /// Makes the buffer hold `range`; what it holds already is not read again. Where a range costs more the later it
  /// begins, `size` bytes are read at least, but none from `limit` on: a hundred thousand small views of one storage
  /// would each read the rest of it.
  mutating func load(_ range: Range<Int>, before limit: Int = .max) throws(CheckpointError) {
    if holds(range) { return }
    guard range.upperBound <= source.byteCount else {
      var location = CheckpointError.Location()
      if case .file(let file, let whole, _) = source {
        location = .init(file: file.path, byte: whole.upperBound)
      }
      throw CheckpointError(
        .corrupt, "a tensor ends \(range.upperBound - source.byteCount) bytes after its storage", at: location
      )
    }
    held = 0..<0
    if case .file(let file, let whole, _) = source {
      if buffer.count < range.count { buffer = [UInt8](repeating: 0, count: range.count) }
      try file.read(at: whole.lowerBound + range.lowerBound, into: &buffer, count: range.count)
      held = range
    } else {
      let end = max(range.upperBound, min(range.lowerBound + size, source.byteCount, limit))
      buffer.removeAll(keepingCapacity: true)
      try source.forEachChunk(of: range.lowerBound..<end) { chunk throws(CheckpointError) in
        unsafe chunk.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
      }
      held = range.lowerBound..<end
    }
  }

  /// A range that was loaded.
  func withBytes<Result>(
    _ range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    if case .memory(let bytes) = source { return try unsafe body(bytes.span.bytes.extracting(range)) }
    let start = range.lowerBound - held.lowerBound
    return try unsafe body(buffer.span.bytes.extracting(start..<start + range.count))
  }
}

extension ByteSource {
  /// How many bytes to ask for at a time when `count` tensors are read in lock-step from these sources: a multiple
  /// of 16. A compressed member is decoded from its start for every run, so that its runs must be few.
  static func window(of sources: [ByteSource]) -> Int {
    sources.contains(where: \.startsOver) ? max(1 << 20, (1 << 26) / sources.count / 16 * 16) : 1 << 18
  }
}
