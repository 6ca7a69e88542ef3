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

extension TorchLegacy: FileForm {
  static let words = "a stream of torch.save before 1.6"
  static let word = "torch-legacy"

  static func begins(_ start: [UInt8]) -> Bool { LegacyStream.begins(start) }

  static func read(_ file: InputFile) throws(CheckpointError) -> Document { try TorchLegacy(file).document() }

  /// It states the sizes of its storages, and nothing else that could be compared.
  static func inspect(_ file: InputFile, _ onBytes: (Int) -> Void) throws(CheckpointError) -> Inspection {
    let legacy = try TorchLegacy(file)
    _ = try legacy.document()
    var inspection = Inspection(.torchLegacy, members: legacy.stream.storages.count)
    let end = legacy.stream.end
    if end < file.size {
      inspection.findings.append(
        CheckpointError(
          .corrupt, "\(file.size - end) bytes follow the last storage", at: .init(byte: end)))
    }
    return inspection
  }

  static func remains(_ file: InputFile) throws(CheckpointError) -> Remains {
    try TorchLegacyRemains(file).remains()
  }
}

extension Document.Format {
  /// The stream of `torch.save` before PyTorch 1.6.
  public static let torchLegacy = Self(
    "torch-legacy", countedIn: "storage", agreement: "sizes agree; the legacy form has no checksums")
}
