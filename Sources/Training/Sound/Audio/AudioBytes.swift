// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CSndFile

/// A file as libsndfile asks for its bytes. The library would read it by itself, but takes a read that fails for the end of
/// the recording, and a seek that fails for one that did not: here the failure is kept, to be thrown.
final class AudioBytes {
  private let file: InputFile
  private var place = 0
  /// Why the first read failed.
  private(set) var failure: CheckpointError?

  init(_ path: String) throws(CheckpointError) { file = try InputFile(path: path) }

  /// Throws what went wrong beneath libsndfile since the file was opened, be it that it was written to.
  func check() throws(CheckpointError) {
    if let failure { throw failure }
    try file.checkUnchanged()
  }

  /// Has libsndfile open the file; nil where it cannot. What is opened must be closed before this object goes.
  func open(_ info: inout SF_INFO) -> OpaquePointer? {
    place = 0
    var calls = unsafe SF_VIRTUAL_IO(
      get_filelen: { sf_count_t(unsafe AudioBytes.behind($0)?.file.size ?? -1) },
      seek: { unsafe AudioBytes.behind($2)?.seek($0, $1) ?? -1 },
      read: { unsafe AudioBytes.behind($2)?.read($0, $1) ?? 0 },
      write: { _, _, _ in 0 },
      tell: { sf_count_t(unsafe AudioBytes.behind($0)?.place ?? -1) })
    return unsafe sf_open_virtual(
      &calls, Int32(SFM_READ), &info, Unmanaged.passUnretained(self).toOpaque())
  }

  private static func behind(_ owner: UnsafeMutableRawPointer?) -> AudioBytes? {
    unsafe owner.map { unsafe Unmanaged<AudioBytes>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Where it is then; -1, and where it was, if there is no such place. Beyond the end is one.
  private func seek(_ offset: sf_count_t, _ whence: Int32) -> sf_count_t {
    let from =
      switch whence {
      case SEEK_SET: 0
      case SEEK_CUR: place
      default: file.size
      }
    let (target, overflow) = from.addingReportingOverflow(Int(offset))
    guard !overflow, target >= 0 else { return -1 }
    place = target
    return sf_count_t(target)
  }

  /// How many bytes were read; fewer at the end of the file.
  private func read(_ target: UnsafeMutableRawPointer?, _ wanted: sf_count_t) -> sf_count_t {
    let count = max(0, min(Int(wanted), file.size - place))
    guard count > 0, failure == nil, let target = unsafe target else { return 0 }
    do throws(CheckpointError) {
      unsafe try file.read(at: place, into: UnsafeMutableRawBufferPointer(start: target, count: count))
    } catch {
      failure = error
      return 0
    }
    place += count
    return sf_count_t(count)
  }
}
