// SPDX-License-Identifier: Apache-2.0
internal import CLibZip

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

  fileprivate func seek(_ data: UnsafeMutableRawPointer?, _ length: UInt64) -> Int64 {
    guard let target = unsafe libZipSeekTarget(data, length, position: position, end: end) else {
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
  case ZIP_SOURCE_SEEK_WRITE: return unsafe sink.seek(data, length)
  case ZIP_SOURCE_TELL_WRITE: return Int64(sink.position)
  // The file is kept or removed by its owner, not by libzip.
  case ZIP_SOURCE_COMMIT_WRITE, ZIP_SOURCE_ROLLBACK_WRITE, ZIP_SOURCE_REMOVE: return 0
  case ZIP_SOURCE_FREE:
    unsafe owner.release()
    return 0
  case ZIP_SOURCE_SUPPORTS:
    return libZipSupported([
      ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
      ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS, ZIP_SOURCE_BEGIN_WRITE, ZIP_SOURCE_COMMIT_WRITE,
      ZIP_SOURCE_ROLLBACK_WRITE, ZIP_SOURCE_WRITE, ZIP_SOURCE_SEEK_WRITE, ZIP_SOURCE_TELL_WRITE,
      ZIP_SOURCE_REMOVE,
    ])
  default: return -1
  }
}
