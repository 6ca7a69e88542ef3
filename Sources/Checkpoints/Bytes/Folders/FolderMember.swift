// SPDX-License-Identifier: Apache-2.0

/// What lies in a folder that is read as one thing. Whoever made the folder says what is in it, so a link in it could show
/// any file of the reader's as a part of it: members are regular files inside it, or refused.
///
/// The folder itself was named by the reader, and may be a link.
package enum FolderMember {
  /// What a member is; nil where it is missing.
  ///
  /// - Throws: `unreadable` for a link, and for a name that leads out of the folder.
  package static func kind(
    of name: Text, in folder: String
  ) throws(CheckpointError) -> Kernel.Status.Kind? {
    let path = path(of: name, in: folder)
    guard isName(name) else {
      throw CheckpointError(
        .unreadable, "its file `\(name)` is no name in the folder", at: .init(file: folder))
    }
    let kind = try Kernel.look(path, followingLinks: false)?.kind
    if kind == .link { throw isLink(path, folder) }
    return kind
  }

  /// Opens a member.
  ///
  /// - Throws: as `kind(of:in:)`; `unreadable` too where it is missing or no file.
  package static func open(_ name: Text, in folder: String) throws(CheckpointError) -> InputFile {
    // Looked at first: to open a device may do something to it.
    let path = path(of: name, in: folder)
    guard let kind = try kind(of: name, in: folder), kind != .file else {
      return try InputFile(path: path, followingLinks: false)
    }
    throw InputFile.isNoFile(kind, path)
  }

  package static func path(of name: Text, in folder: String) -> String {
    folder.hasSuffix("/") ? folder + name.shown : folder + "/" + name.shown
  }

  private static func isName(_ name: Text) -> Bool {
    !name.isEmpty && name != "." && name != ".." && !name.bytes.contains { $0 == 0x2F || $0 == 0 }
  }

  private static func isLink(_ path: String, _ folder: String) -> CheckpointError {
    let target = (try? Kernel.target(ofLink: path)).map { " to \($0)" } ?? ""
    var own = folder[...]
    while own.utf8.count > 1, own.utf8.last == UInt8(ascii: "/") { own = own.dropLast() }
    let name = PathParts.of(String(own)).name
    let copy = [".", "..", "/", ""].contains(name) ? "copy" : name + "-copy"
    return CheckpointError(
      .unreadable, "it is a link\(target); links inside a folder are not followed",
      at: .init(file: path),
      hint:
        "`cp -rL -- \(ShellWords.safe(Text(own))) \(ShellWords.safe(Text(copy)))` makes a copy with the files themselves"
    )
  }
}
