// SPDX-License-Identifier: Apache-2.0
@testable import Checkpoints

/// `negate PATTERN...`: the numbers of the tensors that the patterns select get the other sign.
struct Negate: PatternList {
  static let word = "negate"
  static let summary: String? = "numbers get the other sign"
  var patterns: [Text]

  func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    try check()
    let selection = try Selection(document, patterns, word: Self.word)
    for (node, path, tensor) in try selection.tensors(of: document) {
      guard tensor.dtype == .float32 else {
        throw CheckpointError(
          .unrepresentable, "only float32 is negated, and this is \(tensor.dtype)", at: .init(key: path))
      }
      let elements = RowMajorBytes(document[tensor.storage].bytes, tensor)
      let bytes = ByteSource.computed(NegatedBytes(source: .computed(elements)))
      let storage = document.add(
        Storage(name: "data/\(document.storages.count)", byteCount: bytes.byteCount, bytes: bytes))
      document[node] = .tensor(
        TensorRecord(
          dtype: tensor.dtype, shape: tensor.shape, storage: storage, requiresGrad: tensor.requiresGrad,
          isParameter: tensor.isParameter))
      report.changes.append(.init(.replaced, from: path, to: path, detail: "negated"))
    }
  }
}

/// Numbers in float32 with the other sign.
struct NegatedBytes: ComputedBytes {
  var source: ByteSource

  var sources: [ByteSource] { [source] }
  var byteCount: Int { source.byteCount }

  func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try source.forEachChunk(of: range, from: 4, to: 4, body) { chunk in
      var bytes = (0..<chunk.byteCount).map { chunk.element($0, UInt8.self) }
      for sign in stride(from: 3, to: bytes.count, by: 4) { bytes[sign] ^= 0x80 }
      return bytes
    }
  }
}
