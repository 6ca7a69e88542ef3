// SPDX-License-Identifier: Apache-2.0

/// Opens checkpoints of every form that this library reads.
public enum Checkpoint {
  /// The values of a file or folder, whatever its format; the content decides, not the name.
  ///
  /// Reads the directory and the pickle, or the header, no tensor. Throws `.unreadable`, `.corrupt`, `.unsupported`
  /// or `.limit`.
  public static func open(_ path: String) throws(CheckpointError) -> Document {
    do throws(CheckpointError) {
      if Kernel.status(at: path)?.kind == .folder, let document = try InputFolder(path).document() {
        return document
      }
      let file = try InputFile(path: path)
      return try ShardIndex.begins(file) ? ShardedFolder.open(index: file) : open(file)
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
      return try TorchZip(directory).document()
    }
    if NPYFile.begins(start) { return try NPYFile(file: file).document() }
    if LegacyStream.begins(start) { return try TorchLegacy(file).document() }
    if SafetensorsHeader.begins(start, size: file.size) { return try SafetensorsFile(file).document() }
    if TarDirectory.begins(start) { return try TorchTar(file).document() }
    throw CheckpointError(
      .unsupported, unknown(start, size: file.size), at: .init(file: file.path),
      hint: "what torch.save, safetensors or numpy wrote; `file \(ShellWords.safe(Text(file.path)))` may tell what this one is")
  }

  /// What the first bytes of a file that is no checkpoint suggest.
  private static func unknown(_ start: [UInt8], size: Int) -> String {
    if start.isEmpty { return "it is empty" }
    if start.starts(with: [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]) {
      return "it is a 7z archive, a form that scanners are evaded with; torch.save never writes it"
    }
    if start.starts(with: Array("PK\u{5}\u{6}".utf8)) { return "it is an empty zip archive" }
    if start.starts(with: [0x1F, 0x8B]) { return "it is compressed by gzip; unpack it first" }
    if start.starts(with: Array("version https://git-lfs".utf8)) {
      return "it is a Git LFS pointer, not the file itself: `git lfs pull` fetches that"
    }
    if start.starts(with: Array("<".utf8)) { return "it begins like a web page: the download went wrong" }
    return "it is no checkpoint of a known form"
  }
}
