// SPDX-License-Identifier: Apache-2.0

/// Opens checkpoints of every form that this library reads.
public enum Checkpoint {
  /// The values of a file or folder, whatever its format; the content decides, not the name.
  ///
  /// Reads the directory and the pickle, or the header, no tensor. Throws `.unreadable`, `.corrupt`, `.unsupported`
  /// or `.limit`.
  public static func open(_ path: String) throws(CheckpointError) -> Document {
    do throws(CheckpointError) {
      if Kernel.status(at: path)?.kind == .folder, let document = try InputFolder(path).document(open: open) {
        return document
      }
      let file = try InputFile(path: path)
      return try ShardIndex.begins(file) ? ShardedFolder.open(index: file, open: open) : open(file)
    } catch {
      guard path.hasSuffix(".distcp"), error.code != .unreadable else { throw error.at(file: path) }
      throw CheckpointError(
        .unsupported, "it is a part of a distributed checkpoint, which cannot be read alone",
        at: .init(file: path),
        hint: "name its folder, in which `.metadata` tells what the parts are")
    }
  }

  /// The values of one file that is a checkpoint by itself.
  static func open(_ file: InputFile) throws(CheckpointError) -> Document {
    let start = try file.read(0..<min(file.size, 512))
    if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      let directory = try ZipDirectory(file)
      if let arrays = NPZFile(directory) { return try arrays.document() }
      if let foreign = ForeignArchive.error(directory) { throw foreign }
      return try TorchZip(directory).document()
    }
    if NPYFile.begins(start) { return try NPYFile(file: file).document() }
    if LegacyStream.begins(start) { return try TorchLegacy(file).document() }
    if SafetensorsHeader.begins(start, size: file.size) { return try SafetensorsFile(file).document() }
    if TarDirectory.begins(start) {
      if let foreign = try ForeignArchive.error(tar: file) { throw foreign }
      return try TorchTar(file).document()
    }
    throw ForeignFile.error(start, file)
  }
}
