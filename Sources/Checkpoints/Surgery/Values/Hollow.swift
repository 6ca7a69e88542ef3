// SPDX-License-Identifier: Apache-2.0

/// `hollow`: every tensor's data becomes zero; keys, shapes, strides, data types, ties and all other values stay.
///
/// For reports of errors: the file has the same form, and none of the weights. No tensor is read.
public struct Hollow: WordPass {
  package static let word = "hollow"
  package static let usage = ""
  package static let summary: String? = "every tensor's data becomes zero"

  /// There is nothing to choose.
  public init() {}

  package init(arguments: [String]) throws(CheckpointError) {
    guard arguments.isEmpty else {
      throw CheckpointError(.wrongWords, "`hollow` takes no words after it", hint: "`hollow`")
    }
  }

  package var arguments: [Text] { [] }

  /// Storages keep their sizes, and become zeros that are made when they are written.
  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    var walk = EdgeWalk(document)
    var seen: Set<NodeID> = []
    while let step = walk.next() {
      guard case .enter(let visit) = step, case .tensor = document[visit.node],
        seen.insert(visit.node).inserted
      else { continue }
      let path = try walk.path()
      report.changes.append(.init(.replaced, from: path, to: path, detail: "zeros"))
    }
    // Storages that no state dict shows, but a pickled module does, are emptied too.
    for index in document.storages.indices {
      let storage = document.storages[index]
      let zeros = ZeroBytes(replacing: storage.bytes, byteCount: storage.byteCount)
      document[StorageID(index)] = Storage(
        name: storage.name, byteCount: storage.byteCount, bytes: .computed(zeros))
    }
    if document.nodes.contains(where: { if case .numpy = $0 { true } else { false } }) {
      report.notes.append("numpy values, text and numbers stay as they are; `drop` what is secret")
    } else {
      report.notes.append("text and numbers stay as they are; `drop` what is secret")
    }
  }
}

extension Pass where Self == Hollow {
  /// Makes every tensor's data zero.
  public static var hollow: Self { Hollow() }
}

/// As many zero bytes as a source has, which is not read.
struct ZeroBytes: ComputedBytes {
  /// Still what a plan must not overwrite.
  var sources: [ByteSource]
  var byteCount: Int

  init(replacing source: ByteSource, byteCount: Int) {
    sources = [source]
    self.byteCount = byteCount
  }

  func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    let zeros = [UInt8](repeating: 0, count: min(range.count, ByteSource.chunkSize))
    var left = range.count
    while left > 0 {
      let count = min(left, zeros.count)
      unsafe try body(zeros.span.bytes.extracting(0..<count))
      left -= count
    }
  }
}
