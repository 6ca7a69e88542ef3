// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc

extension FileSystem {
  /// Makes a folder and those above it, as far as they are missing.
  static func makeFolders(_ path: String) throws(CheckpointError) {
    if kind(of: path) == .folder { return }
    let parent = FilePath.folder(of: path.hasSuffix("/") ? String(path.dropLast()) : path)
    if !parent.isEmpty, parent != path { try makeFolders(parent) }
    if unsafe mkdir(path, 0o777) == -1, kind(of: path) != .folder { throw failure("make the folder", path) }
  }

  /// Makes a folder with a fresh name.
  static func makeTemporaryFolder(in folder: String, stem: String) throws(CheckpointError) -> String {
    for _ in 0..<16 {
      let letters = String(
        (0..<10).map { _ in "abcdefghijklmnopqrstuvwxyz0123456789".randomElement() ?? "x" })
      let path = FilePath.join(folder, stem + letters)
      if unsafe mkdir(path, 0o777) == 0 { return path }
      guard errno == EEXIST else { throw failure("make the folder", path) }
    }
    throw CheckpointError(.unwritable, "found no free temporary name", at: .init(file: folder))
  }

  /// Removes a folder of plain files, as far as that can be done.
  static func removeFlatFolder(_ path: String) {
    for name in (try? Kernel.names(in: path)) ?? [] { try? Kernel.unlink(FilePath.join(path, name)) }
    _ = unsafe rmdir(path)
  }

  /// Removes a folder of files under another name first, so that a killed process leaves nothing that looks whole.
  static func removeFolder(_ path: String) {
    let name = FilePath.name(of: path)
    let hidden = FilePath.join(FilePath.folder(of: path), ".\(name).resect-removed")
    removeFlatFolder(hidden)
    do throws(CheckpointError) {
      try Kernel.rename(path, to: hidden, replacing: false)
      removeFlatFolder(hidden)
    } catch { removeFlatFolder(path) }
  }

  /// Removes what a killed process left of folders in the making, as `makeTemporaryFolder` names them.
  static func removeTemporaryFolders(in folder: String) {
    for name in (try? Kernel.names(in: folder)) ?? [] where name.hasPrefix(".") && name.contains(".resect-") {
      removeFlatFolder(FilePath.join(folder, name))
    }
  }

  /// Seconds since 1970.
  package static func now() -> Double {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec / 1000) / 1e6
  }

  private static func failure(_ doing: String, _ path: String) -> CheckpointError {
    let words = unsafe String(cString: strerror(errno))
    return CheckpointError(.unwritable, "cannot \(doing): \(words)", at: .init(file: path))
  }
}
