// SPDX-License-Identifier: Apache-2.0
import Glibc

extension Kernel {
  /// What a name itself is, a link not followed.
  package enum NameKind: Sendable { case file, folder, link, other }

  /// Nil where nothing has the name, or its folder may not be searched.
  package static func kind(ofName path: String) -> NameKind? {
    var buffer = stat()
    guard !path.utf8.contains(0), unsafe lstat(path, &buffer) == 0 else { return nil }
    return switch buffer.st_mode & S_IFMT {
    case S_IFREG: .file
    case S_IFDIR: .folder
    case S_IFLNK: .link
    default: .other
    }
  }
}
