// SPDX-License-Identifier: Apache-2.0

/// The stream of pickles and raw storages that `torch.save` wrote before 1.6.
struct TorchLegacy {
  let stream: LegacyStream

  init(_ file: InputFile) throws(CheckpointError) { stream = try LegacyStream(file) }

  func document() throws(CheckpointError) -> Document {
    let location = CheckpointError.Location(file: stream.file.path, byte: stream.pickleRange.lowerBound)
    var decoder = TorchDecoder(stream.graph, at: location) { key throws(CheckpointError) in
      guard let storage = stream.storage(key: key) else {
        throw CheckpointError(
          .corrupt, "the pickle names storage '\(key)', but the file holds none of that key", at: location)
      }
      return .init(
        name: key, bytes: .file(stream.file, storage.range, crc32: nil), byteCount: storage.range.count)
    }
    var document = try decoder.decode()
    document.source = .init(file: stream.file.path, format: .torchLegacy)
    return document
  }
}
