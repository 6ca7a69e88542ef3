// SPDX-License-Identifier: Apache-2.0

/// A zip archive: torch's own, numpy's, or one that holds a checkpoint and is none.
enum ZipForm: FileForm {
  static let words = "a zip archive"
  static let word = "zip"

  static func begins(_ start: [UInt8]) -> Bool { ZipDirectory.begins(start) }

  static func read(_ file: InputFile) throws(CheckpointError) -> Document { try read(ZipDirectory(file)) }

  private static func read(_ directory: ZipDirectory) throws(CheckpointError) -> Document {
    if let arrays = NPZFile(directory) { return try arrays.document() }
    if let foreign = ForeignArchive.error(directory) { throw foreign }
    return try TorchZip(directory).document()
  }

  /// Reads every member, then holds the pickle against the storages: each is there and large enough.
  static func inspect(_ file: InputFile, _ onBytes: (Int) -> Void) throws(CheckpointError) -> Inspection {
    let directory = try ZipDirectory(file)
    var inspection = Inspection(.torch)
    inspection.check(directory, onBytes)
    let document: Document
    do throws(CheckpointError) {
      document = try read(directory)
    } catch {
      // The member's own finding says more.
      if inspection.findings.contains(where: { $0.location.member == error.location.member }) {
        return inspection
      }
      guard error.code == .corrupt else { throw error }
      inspection.findings.append(error)
      return inspection
    }
    if let source = document.source { inspection.format = source.format }
    let used = Set(document.storages.map(\.name))
    for entry in directory.entries {
      guard let slash = entry.name.firstIndex(of: "/") else { continue }
      let inner = entry.name.dropFirst(slash + 1)
      if inner.hasPrefix("data/"), !used.contains(inner) { inspection.unused.append(entry.name) }
    }
    return inspection
  }

  static func remains(_ file: InputFile) throws(CheckpointError) -> Remains {
    let zip = try ZipRemains(file)
    if let arrays = NPZRemains(zip) { return try arrays.remains() }
    if let foreign = ForeignArchive.error(zip.directory) { throw foreign }
    return try TorchZipRemains(zip).remains()
  }
}
