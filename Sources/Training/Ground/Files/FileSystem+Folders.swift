// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import Glibc

extension FileSystem {
  /// Makes a folder and those above it, as far as they are missing.
  package static func makeFolders(_ path: String) throws(CheckpointError) {
    if kind(of: path) == .folder { return }
    let parent = FilePath.folder(of: path.hasSuffix("/") ? String(path.dropLast()) : path)
    if !parent.isEmpty, parent != path { try makeFolders(parent) }
    do { try Kernel.makeFolder(path) } catch {
      // Somebody else may have made it meanwhile.
      if kind(of: path) != .folder { throw error }
    }
  }

  /// Seconds since 1970.
  package static func now() -> Double {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec / 1000) / 1e6
  }
}
