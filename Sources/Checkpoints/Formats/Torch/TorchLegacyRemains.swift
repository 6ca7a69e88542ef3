// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A damaged file of torch before 1.6: its pickles, and the storages behind them as far as they go.
///
/// Nothing but the count of elements in front of each storage can be compared. So a storage is taken for whole where the
/// next one's count is right, or the file ends.
struct TorchLegacyRemains {
  private let file: InputFile
  private let pickles: LegacyPickles

  init(_ file: InputFile) throws(CheckpointError) {
    self.file = file
    var window = PickleWindow(file)
    do throws(CheckpointError) { pickles = try LegacyPickles(&window) } catch {
      guard let unfinished = window.unfinished else { throw error.at(file: file.path) }
      // The storages that were named so far, each behind its count, and the STOP of the pickle.
      let named = StorageReference.all(in: unfinished).values.reduce(1) { Self.sum($0, $1.byteCount ?? 0) }
      throw error.missing(named).at(file: file.path)
    }
  }

  func remains() throws(CheckpointError) -> Remains {
    let location = CheckpointError.Location(file: file.path, byte: pickles.pickleRange.lowerBound)
    let (found, end) = try storages()
    var decoder = TorchDecoder(pickles.graph, at: location) { key throws(CheckpointError) in
      guard let bytes = found[key] else {
        throw CheckpointError(
          .corrupt, "the pickle names storage '\(key)', but the file holds none of that key", at: location)
      }
      return .init(name: key, bytes: bytes, byteCount: bytes.byteCount)
    }
    var document = try decoder.decode()
    document.source = .init(file: file.path, format: .torchLegacy)
    var remains = Remains(document: document, missing: max(0, end - file.size), members: found.count)
    do throws(CheckpointError) { _ = try LegacyStream(file) } catch { remains.faults = [error] }
    if remains.faults.isEmpty, end < file.size {
      remains.faults = [
        CheckpointError(
          .corrupt, "\(file.size - end) bytes follow the last storage", at: .init(file: file.path, byte: end))
      ]
    }
    return remains
  }

  private static let countBytes = 8

  private static func sum(_ start: Int, _ bytes: Int) -> Int {
    min(start + countBytes + bytes, 1 << 58)
  }

  /// Each storage's bytes, and where the last should end.
  private func storages() throws(CheckpointError) -> (found: [Text: ByteSource], end: Int) {
    var found: [Text: ByteSource] = [:]
    var offset = pickles.end
    var earlier: (key: Text, byteCount: Int)?
    for key in pickles.keys {
      guard let reference = pickles.references[key], let byteCount = reference.byteCount else { continue }
      let start = offset + Self.countBytes
      if try !holdsCount(reference.numel, at: offset) {
        // What is wrong may lie in the storage in front of it as well.
        if let earlier {
          found[earlier.key] = lost(earlier.byteCount, "what follows it is not where it should be")
        }
        found[key] = lost(byteCount, "its count of elements is not what the pickle says")
      } else {
        found[key] = .held(by: file, start..<start + byteCount, called: "its storage")
      }
      earlier = (key, byteCount)
      offset = Self.sum(offset, byteCount)
    }
    return (found, offset)
  }

  /// Whether a storage's count is there and right, or the file ends before it.
  private func holdsCount(_ count: Int, at offset: Int) throws(CheckpointError) -> Bool {
    guard offset + Self.countBytes <= file.size else { return true }
    var reader = ByteReader(
      try file.read(offset..<offset + Self.countBytes), base: offset, subject: "a storage's count")
    return try reader.u64() == UInt64(count)
  }

  private func lost(_ byteCount: Int, _ reason: String) -> ByteSource {
    .computed(LostBytes(byteCount, reason))
  }
}
