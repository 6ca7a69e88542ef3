// SPDX-License-Identifier: Apache-2.0

extension TorchTar: FileForm {
  static let words = "a tar archive"

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

  /// Its pickles, and whether something else is in it that this did not see.
  static func scan(_ file: InputFile, _ globals: inout NamedGlobals) throws(CheckpointError) {
    let tar = try TorchTar(file)
    for global in tar.globals { globals.note([global.name], member: global.member) }
    if let system = tar.directory.member("sys_info") {
      do throws(CheckpointError) {
        try globals.examine(file.read(system.range), packed: system.range.count, member: system.name)
      } catch { throw error.at(member: system.name) }
    }
    if let rest = tar.leftOver.first {
      throw CheckpointError(
        .unsupported, "\(rest.count) bytes follow what it should hold and were not examined",
        at: .init(member: rest.member, byte: rest.byte))
    }
    let others = tar.directory.members.filter {
      !["pickle", "storages", "tensors", "sys_info"].contains($0.name)
    }
    if let other = others.first {
      throw CheckpointError(
        .unsupported, "the member is none of this form and was not examined", at: .init(member: other.name))
    }
  }
}
