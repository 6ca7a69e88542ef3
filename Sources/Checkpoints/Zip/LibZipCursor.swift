// SPDX-License-Identifier: Apache-2.0
internal import CLibZip
internal import Glibc

/// The reading position of one libzip handle in an `InputFile`, which itself has none.
final class LibZipCursor {
  let file: InputFile
  var position = 0
  var failure: Int32 = 0
  /// Why reading the file failed: libzip itself only knows that it did.
  var error: CheckpointError?

  init(_ file: InputFile) { self.file = file }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int64 {
    let count = min(buffer.count, file.size - position)
    do throws(CheckpointError) {
      unsafe try file.read(at: position, into: .init(rebasing: buffer[..<count]))
      position += count
      return Int64(count)
    } catch {
      self.error = error
      failure = ZIP_ER_READ
      return -1
    }
  }

  func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
    let from: Int =
      switch whence {
      case SEEK_SET: 0
      case SEEK_CUR: position
      default: file.size
      }
    let (target, overflow) = from.addingReportingOverflow(Int(offset))
    guard !overflow, (0...file.size).contains(target) else {
      failure = ZIP_ER_SEEK
      return -1
    }
    position = target
    return 0
  }
}

/// libzip's callback of `zip_source_function`: its commands on a `LibZipCursor`.
func libZipCallback(
  _ user: UnsafeMutableRawPointer?, _ data: UnsafeMutableRawPointer?, _ length: UInt64,
  _ command: zip_source_cmd_t
) -> Int64 {
  guard let user = unsafe user else { return -1 }
  let owner = unsafe Unmanaged<LibZipCursor>.fromOpaque(user)
  let cursor = unsafe owner.takeUnretainedValue()
  switch command {
  case ZIP_SOURCE_OPEN:
    cursor.position = 0
    return 0
  case ZIP_SOURCE_READ:
    guard let data = unsafe data, let count = Int(exactly: length) else { return -1 }
    return unsafe cursor.read(into: UnsafeMutableRawBufferPointer(start: data, count: count))
  case ZIP_SOURCE_CLOSE:
    return 0
  case ZIP_SOURCE_STAT:
    guard let data = unsafe data, unsafe length >= MemoryLayout<zip_stat_t>.size else { return -1 }
    let status = unsafe data.assumingMemoryBound(to: zip_stat_t.self)
    unsafe zip_stat_init(status)
    unsafe status.pointee.size = UInt64(cursor.file.size)
    unsafe status.pointee.valid = UInt64(ZIP_STAT_SIZE)
    return unsafe Int64(MemoryLayout<zip_stat_t>.size)
  case ZIP_SOURCE_ERROR:
    guard let data = unsafe data, length >= 2 * MemoryLayout<Int32>.size else { return -1 }
    unsafe data.storeBytes(of: cursor.failure, as: Int32.self)
    unsafe data.storeBytes(of: 0, toByteOffset: 4, as: Int32.self)
    return Int64(2 * MemoryLayout<Int32>.size)
  case ZIP_SOURCE_SEEK:
    guard let data = unsafe data, length >= MemoryLayout<zip_source_args_seek_t>.size else { return -1 }
    let arguments = unsafe data.load(as: zip_source_args_seek_t.self)
    return cursor.seek(arguments.offset, arguments.whence)
  case ZIP_SOURCE_TELL:
    return Int64(cursor.position)
  case ZIP_SOURCE_FREE:
    unsafe owner.release()
    return 0
  case ZIP_SOURCE_SUPPORTS:
    return [
      ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
      ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS,
    ].reduce(0) { $0 | 1 << Int64($1.rawValue) }
  default:
    cursor.failure = ZIP_ER_OPNOTSUPP
    return -1
  }
}
