// SPDX-License-Identifier: Apache-2.0

/// Which storages of an edited document are storages of the original still, bit for bit.
///
/// Content alone does not tell: two biases of zeros are equal until one of them is trained.
struct StorageLineage {
  private struct Place: Hashable {
    var file: InputFile
    var range: Range<Int>
  }

  private let original: Document
  private let edited: Document
  private let places: [Place: StorageID]
  private var known: [StorageID: StorageID?] = [:]

  init(of edited: Document, from original: Document) {
    (self.original, self.edited) = (original, edited)
    var places: [Place: StorageID] = [:]
    for (index, storage) in original.storages.enumerated() {
      guard case .file(let file, let range, _) = storage.bytes else { continue }
      places[Place(file: file, range: range)] = places[Place(file: file, range: range)] ?? StorageID(index)
    }
    self.places = places
  }

  /// The original's storage that a storage of the edited document is.
  ///
  /// - Throws: what reading throws: bytes that are decoded on the way are compared by a fingerprint.
  mutating func origin(of storage: StorageID) throws(CheckpointError) -> StorageID? {
    if let origin = known[storage] { return origin }
    let origin = try find(storage)
    known[storage] = .some(origin)
    return origin
  }

  private func find(_ storage: StorageID) throws(CheckpointError) -> StorageID? {
    let bytes = edited[storage].bytes
    if storage.index < original.storages.count, try isSame(bytes, original[storage].bytes) { return storage }
    guard case .file(let file, let range, _) = bytes else { return nil }
    return places[Place(file: file, range: range)]
  }

  private func isSame(_ one: ByteSource, _ other: ByteSource) throws(CheckpointError) -> Bool {
    switch (one, other) {
    case (.file(let file, let range, _), .file(let otherFile, let otherRange, _)):
      return file == otherFile && range == otherRange
    case (.memory(let bytes), .memory(let others)): return bytes == others
    case (.computed, .computed) where one.byteCount == other.byteCount:
      return try Self.fingerprint(one) == Self.fingerprint(other)
    default: return false
    }
  }

  private static func fingerprint(_ bytes: ByteSource) throws(CheckpointError) -> XXH3.Digest {
    var hash = XXH3()
    try bytes.forEachChunk(of: 0..<bytes.byteCount) { chunk throws(CheckpointError) in hash.update(chunk) }
    return hash.digest()
  }
}
