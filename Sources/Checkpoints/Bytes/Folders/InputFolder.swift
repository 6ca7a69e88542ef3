// SPDX-License-Identifier: Apache-2.0

/// A folder that may be a checkpoint: its path and the names in it.
struct InputFolder {
  let path: String
  /// In byte order, hidden ones too.
  let names: [Text]

  init(_ path: String) throws(CheckpointError) {
    names = try Kernel.names(in: path).map { Text($0) }
    self.path = path
  }

  /// Whether a folder lies at a path, links followed. Standard input is none, whatever is called `-`.
  static func isNamed(by path: String) -> Bool {
    !StandardInput.isNamed(by: path) && Kernel.status(at: path)?.kind == .folder
  }

  /// The path of a name in the folder. One with lone surrogates, which is never among `names`, is as it is shown.
  func callAsFunction(_ name: Text) -> String {
    path.hasSuffix("/") ? path + name.shown : path + "/" + name.shown
  }

  /// A file in the folder, which is no link.
  func open(_ name: Text) throws(CheckpointError) -> InputFile { try FolderMember.open(name, in: path) }

  /// A folder in the folder, which is no link.
  func folder(_ name: Text) throws(CheckpointError) -> InputFolder {
    _ = try FolderMember.kind(of: name, in: path)
    return try InputFolder(self(name))
  }

  /// A file in the folder, whole: for what is known to be small.
  func bytes(_ name: Text, limit: Int) throws(CheckpointError) -> [UInt8] {
    let file = try open(name)
    guard file.size <= limit else {
      throw CheckpointError(
        .limit, "it has \(file.size) bytes; at most \(limit) are read here", at: .init(file: file.path))
    }
    return try file.read(0..<file.size)
  }
}
