// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The few questions that the data folders ask of the file system.
package enum FileSystem {
  package enum Kind: Sendable { case file, folder, other, absent }

  /// What a path names, symbolic links followed.
  package static func kind(of path: String) -> Kind {
    switch Kernel.status(at: path)?.kind {
    case nil: .absent
    case .file: .file
    case .folder: .folder
    default: .other
    }
  }

  /// The names in a folder in byte order, without `.`, `..` and hidden entries.
  package static func names(in folder: String) throws(CheckpointError) -> [String] {
    try Kernel.names(in: folder).filter { $0.utf8.first != UInt8(ascii: ".") }
  }

  /// The bytes of a regular file of at most `limit` bytes.
  package static func bytes(of path: String, limit: Int) throws(CheckpointError) -> [UInt8] {
    try bytes(InputFile(path: path), limit)
  }

  private static func bytes(_ file: InputFile, _ limit: Int) throws(CheckpointError) -> [UInt8] {
    guard file.size <= limit else {
      throw CheckpointError(
        .limit, "the file has \(file.size) bytes; at most \(limit) are read", at: .init(file: file.path))
    }
    return try file.read(0..<file.size)
  }

  /// What a member of a run's or checkpoint's folder is.
  ///
  /// - Throws: `unreadable` for a link: members are files and folders inside it.
  package static func kind(of name: String, in folder: String) throws(CheckpointError) -> Kind {
    switch try FolderMember.kind(of: Text(name), in: folder) {
    case nil: .absent
    case .file: .file
    case .folder: .folder
    default: .other
    }
  }

  /// The bytes of such a member of at most `limit` bytes.
  package static func bytes(
    of name: String, in folder: String, limit: Int
  ) throws(CheckpointError) -> [UInt8] {
    if try kind(of: name, in: folder) == .absent {
      throw notAFile(FolderMember.path(of: Text(name), in: folder), hint: nil)
    }
    return try bytes(FolderMember.open(Text(name), in: folder), limit)
  }

  /// The error for a path that does not name a regular file.
  package static func notAFile(_ path: String, hint: String?) -> CheckpointError {
    let reason =
      switch kind(of: path) {
      case .absent: "there is no such file"
      case .folder: "this is a folder"
      case .file, .other: "this is not a regular file"
      }
    return CheckpointError(.unreadable, reason, at: .init(file: path), hint: hint)
  }
}
