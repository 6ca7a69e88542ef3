// SPDX-License-Identifier: Apache-2.0
internal import CLibZip
internal import Glibc

/// Where libzip's archive goes: a file that begins empty and is written at any place.
@safe final class LibZipSink {
  typealias Write = (UnsafeRawBufferPointer, _ offset: Int) throws(CheckpointError) -> Void

  private let write: Write
  private(set) var position = 0
  /// One past the last byte that was written.
  private(set) var end = 0
  fileprivate var failure: Int32 = 0
  /// Why writing failed: libzip itself only knows that it did.
  private(set) var error: CheckpointError?

  init(_ write: @escaping Write) { unsafe self.write = unsafe write }

  fileprivate func begin() {
    position = 0
    end = 0
  }

  fileprivate func append(_ bytes: UnsafeRawBufferPointer) -> Int64 {
    do throws(CheckpointError) {
      unsafe try write(bytes, position)
    } catch {
      self.error = error
      failure = ZIP_ER_WRITE
      return -1
    }
    position += bytes.count
    end = max(end, position)
    return Int64(bytes.count)
  }

  fileprivate func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
    let from =
      switch whence {
      case SEEK_SET: 0
      case SEEK_CUR: position
      default: end
      }
    let (target, overflow) = from.addingReportingOverflow(Int(offset))
    guard !overflow, (0...end).contains(target) else {
      failure = ZIP_ER_SEEK
      return -1
    }
    position = target
    return 0
  }
}

/// libzip's callback of `zip_source_function`: its commands on a `LibZipSink`.
func libZipSinkCallback(
  _ user: UnsafeMutableRawPointer?, _ data: UnsafeMutableRawPointer?, _ length: UInt64,
  _ command: zip_source_cmd_t
) -> Int64 {
  guard let user = unsafe user else { return -1 }
  let owner = unsafe Unmanaged<LibZipSink>.fromOpaque(user)
  let sink = unsafe owner.takeUnretainedValue()
  switch command {
  // Nothing is there to be read: the archive is new.
  case ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL: return 0
  case ZIP_SOURCE_STAT: return unsafe libZipStatus(data, length, size: 0)
  case ZIP_SOURCE_ERROR: return unsafe libZipError(data, length, sink.failure)
  case ZIP_SOURCE_BEGIN_WRITE:
    sink.begin()
    return 0
  case ZIP_SOURCE_WRITE:
    guard let count = Int(exactly: length) else { return -1 }
    return unsafe sink.append(UnsafeRawBufferPointer(start: data, count: count))
  case ZIP_SOURCE_SEEK_WRITE:
    guard let data = unsafe data, length >= MemoryLayout<zip_source_args_seek_t>.size else { return -1 }
    let arguments = unsafe data.load(as: zip_source_args_seek_t.self)
    return sink.seek(arguments.offset, arguments.whence)
  case ZIP_SOURCE_TELL_WRITE: return Int64(sink.position)
  // The file is kept or removed by its owner, not by libzip.
  case ZIP_SOURCE_COMMIT_WRITE, ZIP_SOURCE_ROLLBACK_WRITE, ZIP_SOURCE_REMOVE: return 0
  case ZIP_SOURCE_FREE:
    unsafe owner.release()
    return 0
  case ZIP_SOURCE_SUPPORTS:
    return [
      ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
      ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS, ZIP_SOURCE_BEGIN_WRITE, ZIP_SOURCE_COMMIT_WRITE,
      ZIP_SOURCE_ROLLBACK_WRITE, ZIP_SOURCE_WRITE, ZIP_SOURCE_SEEK_WRITE, ZIP_SOURCE_TELL_WRITE,
      ZIP_SOURCE_REMOVE,
    ].reduce(0) { $0 | 1 << Int64($1.rawValue) }
  default: return -1
  }
}

/// Answers ZIP_SOURCE_STAT: the size alone is known.
func libZipStatus(_ data: UnsafeMutableRawPointer?, _ length: UInt64, size: Int) -> Int64 {
  guard let data = unsafe data, unsafe length >= MemoryLayout<zip_stat_t>.size else { return -1 }
  let status = unsafe data.assumingMemoryBound(to: zip_stat_t.self)
  unsafe zip_stat_init(status)
  unsafe status.pointee.size = UInt64(size)
  unsafe status.pointee.valid = UInt64(ZIP_STAT_SIZE)
  return unsafe Int64(MemoryLayout<zip_stat_t>.size)
}

/// Answers ZIP_SOURCE_ERROR: libzip's code, and no code of the system.
func libZipError(_ data: UnsafeMutableRawPointer?, _ length: UInt64, _ code: Int32) -> Int64 {
  guard let data = unsafe data, length >= 2 * MemoryLayout<Int32>.size else { return -1 }
  unsafe data.storeBytes(of: code, as: Int32.self)
  unsafe data.storeBytes(of: 0, toByteOffset: 4, as: Int32.self)
  return Int64(2 * MemoryLayout<Int32>.size)
}
