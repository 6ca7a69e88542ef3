// SPDX-License-Identifier: Apache-2.0

extension TorchTar: FileForm {
  static let words = "a tar archive"
  static let word = "torch-tar"

  static func begins(_ start: [UInt8]) -> Bool { TarDirectory.begins(start) }

  static func read(_ file: InputFile) throws(CheckpointError) -> Document {
    if let foreign = try ForeignArchive.error(tar: file) { throw foreign }
    return try TorchTar(file).document()
  }

  /// It states the sizes of its storages, and nothing else that could be compared.
  static func inspect(_ file: InputFile, _ onBytes: (Int) -> Void) throws(CheckpointError) -> Inspection {
    if let foreign = try ForeignArchive.error(tar: file) { throw foreign }
    let tar = try TorchTar(file)
    _ = try tar.document()
    var inspection = Inspection(.torchTar, members: tar.directory.members.count)
    inspection.findings = tar.leftOver.map {
      CheckpointError(
        .corrupt, "\($0.count) bytes follow what it should hold", at: .init(member: $0.member, byte: $0.byte))
    }
    return inspection
  }
}

extension Document.Format {
  /// PyTorch 0.1's tar archive.
  public static let torchTar = Self("torch-tar", countedIn: "member")
}
