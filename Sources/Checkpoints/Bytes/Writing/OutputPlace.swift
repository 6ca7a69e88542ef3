// SPDX-License-Identifier: Apache-2.0

/// What stands where an output is to go, looked at before the work is done and without opening anything.
///
/// A link is followed to what it leads to: that is what is replaced, by a rename in its own folder, and the link stays.
package struct OutputPlace {
  /// As it was named.
  package let path: String
  /// Where the output goes: `path`, or what the link there leads to.
  package let target: String
  /// What is there, never a link; nil where nothing is.
  package let status: Kernel.Status?

  package var isLink: Bool { target != path }

  /// As many links in a row as Linux follows.
  private static let mostLinks = 40

  /// - Throws: `wrongWords` where the words name a stream of the process; `wouldOverwrite` for a link that leads nowhere;
  ///   `unwritable` for an empty path and what cannot be looked at.
  package init(_ path: String) throws(CheckpointError) {
    if path.isEmpty { throw CheckpointError(.unwritable, "the path of the output is empty") }
    var target = path
    var found: Kernel.Status?
    for count in 0...Self.mostLinks {
      try Self.checkStream(target, path)
      do throws(CheckpointError) {
        found = try Kernel.look(target, followingLinks: false)
        guard found?.kind == .link, count < Self.mostLinks else { break }
        let next = try Kernel.target(ofLink: target)
        target = next.hasPrefix("/") ? next : Self.beside(target, next)
      } catch {
        throw CheckpointError(.unwritable, error.reason, at: .init(file: path))
      }
    }
    guard found?.kind != .link else {
      throw CheckpointError(
        .wouldOverwrite, "it is a link that leads round in a circle", at: .init(file: path),
        hint: "remove the link, or another name")
    }
    guard found != nil || target == path else {
      throw CheckpointError(
        .wouldOverwrite, "it is a link to \(target), and nothing is there", at: .init(file: path),
        hint: "remove the link, or name what it should lead to")
    }
    self.path = path
    self.target = target
    status = found
  }

  private static func beside(_ link: String, _ name: String) -> String {
    PathParts.join(PathParts.of(link).folder, name)
  }

  /// What no output replaces, with or without `--force`, be it to become a file or a folder; and a folder above it that is
  /// not there.
  package func check() throws(CheckpointError) {
    switch status?.kind {
    case nil: try checkParent()
    case .pipe, .device, .socket:
      let name = status?.kind == .device ? "device" : status?.kind == .pipe ? "pipe" : "socket"
      throw CheckpointError(
        .wouldOverwrite,
        "it is a \(name)\(isLink ? ", by a link to \(target)" : ""), and only files are replaced",
        at: .init(file: path), hint: "another name")
    case .file, .folder, .link: break
    }
  }

  private func checkParent() throws(CheckpointError) {
    var name = target[...]
    while name.utf8.count > 1, name.utf8.last == UInt8(ascii: "/") { name = name.dropLast() }
    let folder = PathParts.of(String(name)).folder
    let parent: Kernel.Status?
    do throws(CheckpointError) {
      parent = try Kernel.look(folder, followingLinks: true)
    } catch { throw CheckpointError(.unwritable, error.reason, at: .init(file: path)) }
    switch parent?.kind {
    case .folder: break
    case nil:
      throw CheckpointError(
        .unwritable, "its folder does not exist", at: .init(file: path),
        hint: "`mkdir -p \(ShellWords.safe(Text(folder)))`")
    default: throw CheckpointError(.unwritable, "cannot create: Not a directory", at: .init(file: path))
    }
  }

  /// `init` and `check`, for a command that learns later whether a file or a folder is to be written.
  package static func check(_ path: String) throws(CheckpointError) { try OutputPlace(path).check() }

  /// Whether two outputs would be one file.
  package func isSame(as other: Self) -> Bool {
    if let status, let same = other.status { return status.isSame(as: same) }
    let (own, others) = (PathParts.of(target), PathParts.of(other.target))
    return own.name == others.name
      && Kernel.realPath(own.folder) ?? own.folder == Kernel.realPath(others.folder) ?? others.folder
  }

  /// What a link at an output leads to; nil where there is no link.
  package static func target(ofLink path: String) -> String? {
    guard let place = try? OutputPlace(path), place.isLink else { return nil }
    return place.target
  }

  // MARK: Streams

  /// `-`, `/dev/stdout` and its kin name what is open already. A file of that name would be made beside it, or it would be
  /// replaced itself.
  private static func checkStream(_ place: String, _ path: String) throws(CheckpointError) {
    guard place == "-" && path == "-" || isStream(place) else { return }
    throw CheckpointError(
      .wrongWords, "this names a stream that is open already, and the output is made as a file of its own",
      at: .init(file: path),
      hint: path == "-" ? "name a file; one that is called `-` is `./-`" : "name a file")
  }

  private static func isStream(_ path: String) -> Bool {
    let (folder, name) = PathParts.of(path)
    let parts = ((Kernel.realPath(folder) ?? folder) + "/" + name).split(separator: "/")
    func isNumber(_ part: Substring) -> Bool { part.utf8.allSatisfy { 0x30...0x39 ~= $0 } }
    if parts.count == 2, parts[0] == "dev" { return ["stdin", "stdout", "stderr"].contains(parts[1]) }
    if parts.count == 3, parts[0] == "dev", parts[1] == "fd" { return isNumber(parts[2]) }
    guard parts.count >= 4, parts[0] == "proc", parts[parts.count - 2] == "fd" else { return false }
    return isNumber(parts[parts.count - 1])
  }
}
