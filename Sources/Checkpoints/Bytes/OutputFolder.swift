// SPDX-License-Identifier: Apache-2.0

/// A folder of files that comes into being whole or not at all: filled under a temporary name beside its place, then
/// renamed. Without `commit` it is removed again.
///
/// A folder that holds anything is never replaced: what else lies in it is not ours to remove.
package struct OutputFolder: ~Copyable {
  package let path: String
  private let parent: String
  private let temporary: String
  private let isReplacing: Bool
  private var names: [String] = []
  private var isOpen = true

  package init(_ path: String, replacing: Bool) throws(CheckpointError) {
    let path = Self.withoutSlash(path)
    try Self.check(path, replacing: replacing)
    let (parent, name) = OutputFile.split(path)
    do throws(CheckpointError) {
      temporary = try Kernel.createTemporaryFolder(in: parent, stem: ".\(name.prefix(100)).resect-")
    } catch {
      // The temporary name is no name that anyone knows.
      var error = error
      error.location.file = path
      throw error
    }
    self.path = path
    self.parent = parent
    isReplacing = replacing
  }

  /// `out/` names the folder `out`.
  private static func withoutSlash(_ path: String) -> String {
    var path = path[...]
    while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path = path.dropLast() }
    return String(path)
  }

  /// What `init` would refuse, without touching the disk.
  package static func check(_ path: String, replacing: Bool) throws(CheckpointError) {
    let path = withoutSlash(path)
    if path.isEmpty { throw CheckpointError(.unwritable, "the path of the output is empty") }
    guard let status = Kernel.status(at: path) else {
      let parent = OutputFile.split(path).folder
      guard Kernel.exists(parent) else {
        throw CheckpointError(
          .unwritable, "its folder does not exist", at: .init(file: path), hint: "`mkdir -p \(parent)`")
      }
      return
    }
    guard status.kind == .folder else {
      throw CheckpointError(
        .wouldOverwrite, "a file is there, and the output is a folder", at: .init(file: path),
        hint: "another name")
    }
    guard replacing, try Kernel.names(in: path).isEmpty else {
      throw CheckpointError(
        .wouldOverwrite, "the folder exists already; one that holds files is never replaced",
        at: .init(file: path), hint: "another name, or remove it first")
    }
  }

  deinit {
    guard isOpen else { return }
    for name in names { try? Kernel.unlink(temporary + "/" + name) }
    try? Kernel.removeFolder(temporary)
  }

  /// Where a file of the folder is to be written.
  package mutating func add(_ name: String) -> String {
    names.append(name)
    return temporary + "/" + name
  }

  /// Gives the folder its name. Its files have been flushed by then.
  package consuming func commit() throws(CheckpointError) {
    try Kernel.rename(temporary, to: path, replacing: isReplacing)
    isOpen = false
    try Kernel.syncFolder(parent)
  }
}
