// SPDX-License-Identifier: Apache-2.0

/// A folder of files that comes into being whole or not at all: filled under a `Temporary` name beside its place, then
/// renamed. Without `commit` it is removed again.
///
/// A folder that holds anything is never replaced: what else lies in it is not ours to remove.
package struct OutputFolder: UnnamedOutput, ~Copyable {
  package let path: String
  /// `path`, or what a link there leads to.
  private let target: String
  private let temporary: Temporary
  private let isReplacing: Bool

  package init(_ path: String, replacing: Bool) throws(CheckpointError) {
    let path = Self.withoutSlash(path)
    try self.init(path, to: Self.place(path, replacing: replacing).target, isReplacing: replacing)
  }

  /// A folder whose place the caller makes free just before `commit`, which fails where anything is there.
  package init(laterFree path: String) throws(CheckpointError) {
    let path = Self.withoutSlash(path)
    try self.init(path, to: path, isReplacing: true)
  }

  private init(_ path: String, to target: String, isReplacing: Bool) throws(CheckpointError) {
    let (parent, name) = PathParts.of(target)
    Temporary.sweep(parent)
    do throws(CheckpointError) {
      temporary = try Temporary.folder(in: parent, for: name)
    } catch {
      // The temporary name is no name that anyone knows.
      throw error.of(file: path)
    }
    self.path = path
    self.target = target
    self.isReplacing = isReplacing
  }

  /// `out/` names the folder `out`.
  private static func withoutSlash(_ path: String) -> String {
    var path = path[...]
    while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path = path.dropLast() }
    return String(path)
  }

  /// What `init` would refuse, without touching the disk.
  package static func check(_ path: String, replacing: Bool) throws(CheckpointError) {
    _ = try place(withoutSlash(path), replacing: replacing)
  }

  private static func place(_ path: String, replacing: Bool) throws(CheckpointError) -> OutputPlace {
    let place = try OutputPlace(path)
    try place.check()
    guard let status = place.status else { return place }
    guard status.kind == .folder else {
      throw CheckpointError(
        .wouldOverwrite, "a file is there, and the output is a folder", at: .init(file: path),
        hint: "another name")
    }
    guard replacing, try Kernel.names(in: place.target).isEmpty else {
      throw CheckpointError(
        .wouldOverwrite, "the folder exists already; one that holds files is never replaced",
        at: .init(file: path), hint: "another name, or remove it first")
    }
    return place
  }

  deinit { temporary.remove() }

  /// Removes a folder of files under a `Temporary` name first, so that a process that is killed meanwhile leaves nothing
  /// that looks whole. As far as that can be done.
  package static func remove(_ path: String) {
    do throws(CheckpointError) {
      try Temporary.bury(path).remove()
    } catch { Kernel.removeFlatFolder(path) }
  }

  /// Removes what processes that were killed left of outputs in a folder.
  package static func sweep(_ parent: String) { Temporary.sweep(parent) }

  /// Where the folder lies until it has its name.
  package var place: String { temporary.path }

  /// Where a file of the folder is to be written.
  package func add(_ name: String) -> String { place + "/" + name }

  /// Runs `body`; an error about the folder or a file inside names it as it is going to be called.
  package func naming<Value>(_ body: () throws(CheckpointError) -> Value) throws(CheckpointError) -> Value {
    do throws(CheckpointError) { return try body() } catch {
      guard let file = error.location.file, (file + "/").hasPrefix(place + "/") else { throw error }
      throw error.of(file: path + file.dropFirst(place.count))
    }
  }

  /// Its files have been flushed by then.
  package mutating func takeName() throws(CheckpointError) {
    try Kernel.rename(temporary.path, to: target, replacing: isReplacing)
    temporary.forget()
  }

  package consuming func finish() throws(CheckpointError) {
    do throws(CheckpointError) { try Kernel.syncFolder(PathParts.of(target).folder) } catch {
      throw error.of(file: path)
    }
  }
}
