// SPDX-License-Identifier: Apache-2.0

/// Opens checkpoints of every form that this library reads.
public enum Checkpoint {
  /// The values of a file or folder, whatever its format; the content decides, not the name.
  ///
  /// Reads the directory and the pickle, or the header, no tensor. Throws `.unreadable`, `.corrupt`, `.unsupported`
  /// or `.limit`.
  public static func open(_ path: String) throws(CheckpointError) -> Document {
    do throws(CheckpointError) {
      if InputFolder.isNamed(by: path), let document = try InputFolder(path).document(open: open) {
        return document
      }
      let file = try InputFile(path: path)
      return try open(file, as: FileContent(of: file))
    } catch { throw explained(error, path) }
  }

  /// The values of one file that is a checkpoint by itself.
  static func open(_ file: InputFile) throws(CheckpointError) -> Document {
    try open(file, as: FileContent(of: file, mayBeIndex: false))
  }

  static func open(_ file: InputFile, as content: FileContent) throws(CheckpointError) -> Document {
    switch content {
    case .form(let form): try form.read(file)
    case .index: try ShardedFolder.open(index: file, open: open)
    case .several(let forms): throw FileContent.error(forms)
    case .foreign(let start): throw ForeignFile.error(start, file)
    }
  }

  /// An error of the file that was named; of a part of a distributed checkpoint it says what to name instead.
  static func explained(_ error: CheckpointError, _ path: String) -> CheckpointError {
    guard path.hasSuffix(".distcp"), error.code != .unreadable else { return error.at(file: path) }
    return CheckpointError(
      .unsupported, "it is a part of a distributed checkpoint, which cannot be read alone",
      at: .init(file: path),
      hint: "name its folder, in which `.metadata` tells what the parts are")
  }
}
