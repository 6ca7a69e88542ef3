// SPDX-License-Identifier: Apache-2.0

/// Every file below a folder, for commands that look at each: in byte order, hidden ones too. Links are not followed:
/// they may lead anywhere, in circles too.
struct FolderFiles {
  struct Member {
    var path: String
    /// Why it is not looked at: a link, a device, a folder that cannot be listed.
    var error: CheckpointError?
  }

  /// The most names that are listed: far more than any checkpoint has, and the list is kept whole.
  static let limit = 1 << 20

  private(set) var members: [Member] = []

  init(below folder: String, limit: Int = Self.limit) {
    var waiting = [folder]
    var count = 0
    while let path = waiting.popLast() {
      switch path == folder ? .folder : Self.kind(of: path) {
      case .file: members.append(Member(path: path))
      case .folder:
        do throws(CheckpointError) {
          let inside = try InputFolder(path)
          count += inside.names.count
          guard count <= limit else {
            throw CheckpointError(
              .limit, "the folder holds more than \(limit) files", hint: "name a folder inside it")
          }
          waiting += inside.names.reversed().map { inside($0) }
        } catch { members.append(Member(path: path, error: error.at(file: path))) }
      case .link:
        members.append(
          Member(
            path: path,
            error: CheckpointError(
              .unsupported, "it is a link, and links inside a folder are not followed", at: .init(file: path),
              hint: "name what it leads to")))
      default:
        members.append(
          Member(
            path: path, error: CheckpointError(.unreadable, "it is no regular file", at: .init(file: path))))
      }
    }
    guard members.isEmpty else { return }
    members.append(
      Member(path: folder, error: CheckpointError(.unreadable, "it holds no file", at: .init(file: folder))))
  }

  /// What a name itself is; nil where that cannot be told.
  private static func kind(of path: String) -> Kernel.Status.Kind? {
    (try? Kernel.look(path, followingLinks: false))?.kind
  }
}
