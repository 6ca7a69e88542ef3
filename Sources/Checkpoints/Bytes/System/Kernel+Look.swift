// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Looking at what lies at a path without opening it: to open a pipe or a device may do something to it.
extension Kernel {
  /// What lies at `path`; nil where nothing does.
  ///
  /// - Parameter followingLinks: false tells of the link itself.
  /// - Throws: `unreadable` where that cannot be found out: a folder that may not be searched, links in a circle.
  package static func look(
    _ path: String, followingLinks: Bool
  ) throws(CheckpointError) -> Status? {
    try checkPath(path, .unreadable)
    var buffer = stat()
    let (_, error) = outcome(.stat) {
      unsafe followingLinks ? stat(path, &buffer) : lstat(path, &buffer)
    }
    switch error {
    case 0: return Status(buffer)
    case ENOENT, ENOTDIR: return nil
    default: throw failure(error, "look at", path, .unreadable)
    }
  }

  /// What lies at `path`, links followed; nil when nothing does or it cannot be looked at.
  package static func status(at path: String) -> Status? {
    (try? look(path, followingLinks: true)) ?? nil
  }

  /// Whether the name is taken, even by a link that leads nowhere.
  package static func exists(_ path: String) -> Bool {
    var buffer = stat()
    return outcome(.stat) { unsafe lstat(path, &buffer) }.error == 0
  }

  /// Where a link leads, as it says itself.
  package static func target(ofLink path: String) throws(CheckpointError) -> String {
    try checkPath(path, .unreadable)
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = try attempt(.readLink, "read the link", path) {
      unsafe readlink(path, &buffer, buffer.count)
    }
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// A folder's path without links, `.` and `..`; nil where there is no such folder.
  package static func realPath(_ folder: String) -> String? {
    var found: String?
    _ = outcome(.realPath) {
      guard let path = unsafe realpath(folder, nil) else { return -1 }
      defer { unsafe free(path) }
      unsafe found = String(cString: path)
      return 0
    }
    return found
  }

  /// Whether a file belongs to the user that this process acts for.
  package static func isOwn(_ descriptor: Int32) -> Bool {
    var buffer = stat()
    return outcome(.fstat) { unsafe fstat(descriptor, &buffer) }.error == 0 && buffer.st_uid == geteuid()
  }
}

extension Kernel.Status {
  init(_ buffer: stat) {
    kind =
      switch buffer.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .link
      case S_IFIFO: .pipe
      case S_IFSOCK: .socket
      default: .device
      }
    size = Int(buffer.st_size)
    device = UInt64(buffer.st_dev)
    inode = UInt64(buffer.st_ino)
    modifiedSeconds = buffer.st_mtim.tv_sec
    modifiedNanoseconds = buffer.st_mtim.tv_nsec
  }

  /// Whether both are of one file.
  package func isSame(as other: Self) -> Bool { device == other.device && inode == other.inode }
}
