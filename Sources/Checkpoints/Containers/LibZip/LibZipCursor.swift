// SPDX-License-Identifier: Apache-2.0
internal import CLibZip

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

  func seek(_ data: UnsafeMutableRawPointer?, _ length: UInt64) -> Int64 {
    guard let target = unsafe libZipSeekTarget(data, length, position: position, end: file.size) else {
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
  case ZIP_SOURCE_STAT: return unsafe libZipStatus(data, length, size: cursor.file.size)
  case ZIP_SOURCE_ERROR: return unsafe libZipError(data, length, cursor.failure)
  case ZIP_SOURCE_SEEK: return unsafe cursor.seek(data, length)
  case ZIP_SOURCE_TELL:
    return Int64(cursor.position)
  case ZIP_SOURCE_FREE:
    unsafe owner.release()
    return 0
  case ZIP_SOURCE_SUPPORTS:
    return libZipSupported([
      ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
      ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS,
    ])
  default:
    cursor.failure = ZIP_ER_OPNOTSUPP
    return -1
  }
}
