// SPDX-License-Identifier: Apache-2.0

/// Holds the bytes of every storage that a tensor views against the checksum that the file states of them.
struct StorageCheck {
  private(set) var losses: [StorageID: LostBytes.Loss] = [:]
  /// Storages that have the checksum that the file states.
  private(set) var checked = 0
  /// Storages of which the file states none.
  private(set) var unchecked = 0

  private let document: Document
  private let storages: Set<StorageID>

  init(_ document: Document) {
    self.document = document
    var storages: Set<StorageID> = []
    for node in Reachable(document, throughOriginals: true).tensors {
      if case .tensor(let tensor) = document[node] { storages.insert(tensor.storage) }
    }
    self.storages = storages
  }

  mutating func run(_ onBytes: (Int) -> Void) throws(CheckpointError) {
    for storage in storages.sorted(by: { $0.index < $1.index }) {
      let bytes = document[storage].bytes
      if let loss = bytes.loss {
        losses[storage] = loss
        continue
      }
      do throws(CheckpointError) {
        if try Self.check(bytes, onBytes) { checked += 1 } else { unchecked += 1 }
      } catch {
        guard error.code == .corrupt else { throw error }
        losses[storage] = .init(sound: 0, missing: 0, reason: error.reason)
      }
    }
  }

  /// - Returns: whether a checksum was compared.
  private static func check(_ source: ByteSource, _ onBytes: (Int) -> Void) throws(CheckpointError) -> Bool {
    switch source {
    case .memory: return true
    case .file(_, let range, let stated):
      guard let stated else { return range.isEmpty }
      var crc = CRC32()
      try source.forEachChunk(of: 0..<range.count) { chunk in
        crc.update(chunk)
        onBytes(chunk.byteCount)
      }
      guard crc.value == stated else {
        throw CheckpointError(
          .corrupt,
          "its CRC-32 is \(String(crc.value, radix: 16)), but the archive says \(String(stated, radix: 16)): bytes were changed"
        )
      }
      return true
    case .computed(let bytes as ZipMemberBytes):
      // Reading to the end has libzip compare it.
      try bytes.forEachChunk(of: 0..<bytes.byteCount) { onBytes($0.byteCount) }
      return bytes.entry.crc32 != nil
    case .computed(let bytes):
      var isChecked = true
      for part in bytes.sources where try !check(part, onBytes) { isChecked = false }
      return isChecked
    }
  }
}
