// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import Glibc

/// Files without a name, and names that are held.
extension Kernel {
  /// Creates a file in `folder` that has no name and is gone with its descriptor, unless it is given one. Nil where the
  /// file system or the kernel has no such files. The umask decides its mode.
  package static func createUnnamed(in folder: String) throws(CheckpointError) -> Int32? {
    try checkPath(folder, .unwritable)
    let (descriptor, error) = outcome(.createUnnamed) { unsafe resect_open_unnamed(folder) }
    switch error {
    case 0: break
    // An absent folder too is said by the one that makes a named file.
    case EOPNOTSUPP, EISDIR, EINVAL, ENOSYS, ENOENT: return nil
    default: throw failure(error, "create", folder, .unwritable)
    }
    // Where /proc is missing, or another's, the file could never be given its name.
    let own = try? status(descriptor, folder)
    if let own, let seen = status(at: handle(descriptor)), own.isSame(as: seen) { return descriptor }
    close(descriptor)
    return nil
  }

  /// Creates a file that lies in memory and is gone with its descriptor.
  ///
  /// - Parameter path: of the file that its bytes come from, for the error.
  static func createInMemory(for path: String) throws(CheckpointError) -> Int32 {
    try attempt(.createInMemory, "keep unpacked bytes", path) { resect_open_in_memory() }
  }

  /// What came of giving a file its name.
  package enum Linking: Sendable {
    case done
    /// Something has the name already.
    case taken
    /// The file system does not give names to such files.
    case unable
  }

  /// Gives a file without a name one.
  package static func link(_ descriptor: Int32, to path: String) throws(CheckpointError) -> Linking {
    try checkPath(path, .unwritable)
    let (_, error) = outcome(.link) {
      unsafe linkat(AT_FDCWD, handle(descriptor), AT_FDCWD, path, AT_SYMLINK_FOLLOW)
    }
    switch error {
    case 0: return .done
    case EEXIST: return .taken
    case EXDEV, EOPNOTSUPP, EPERM, ENOSYS, EINVAL, ENOENT: return .unable
    default: throw failure(error, "give the finished file its name", path, .unwritable)
    }
  }

  static func handle(_ descriptor: Int32) -> String { "/proc/self/fd/\(descriptor)" }

  package enum Locking: Sendable {
    case held
    /// Another process, or another descriptor of this one, holds it.
    case refused
    /// Nothing can be locked there.
    case unable
  }

  /// Locks a file or folder until its descriptor is closed; does not wait.
  package static func lock(_ descriptor: Int32) -> Locking {
    switch outcome(.lock, { flock(descriptor, LOCK_EX | LOCK_NB) }).error {
    case 0: .held
    case EWOULDBLOCK: .refused
    default: .unable
    }
  }

  /// From now on the signals that end a process remove its temporary files first; those that are ignored stay so.
  package static func removeTemporariesOnSignals() { resect_temporaries_end_with_signals() }
}
