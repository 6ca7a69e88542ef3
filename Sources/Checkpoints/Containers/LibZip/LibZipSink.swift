// SPDX-License-Identifier: Apache-2.0
internal import CLibZip

/// Where libzip's archive goes: a file that begins empty and is written at any place.
@safe final class LibZipSink: LibZipSource {
  static let commands = [
    ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_BEGIN_WRITE, ZIP_SOURCE_COMMIT_WRITE,
    ZIP_SOURCE_ROLLBACK_WRITE,
    ZIP_SOURCE_WRITE, ZIP_SOURCE_SEEK_WRITE, ZIP_SOURCE_TELL_WRITE, ZIP_SOURCE_REMOVE,
  ]
  static let failureCode = ZIP_ER_WRITE

  typealias Write = (UnsafeRawBufferPointer, _ offset: Int) throws(CheckpointError) -> Void

  private let write: Write
  private var position = 0
  /// One past the last byte that was written.
  private(set) var end = 0

  init(_ write: @escaping Write) { unsafe self.write = unsafe write }

  /// Nothing is there to be read: the archive is new.
  var size: Int { 0 }

  func answer(
    _ command: zip_source_cmd_t, _ data: UnsafeMutableRawPointer?, _ length: Int
  ) throws(CheckpointError) -> Int64? {
    switch command {
    case ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL: break
    case ZIP_SOURCE_BEGIN_WRITE: (position, end) = (0, 0)
    case ZIP_SOURCE_WRITE:
      unsafe try write(UnsafeRawBufferPointer(start: data, count: length), position)
      position += length
      end = max(end, position)
      return Int64(length)
    case ZIP_SOURCE_SEEK_WRITE:
      guard let target = unsafe libZipSeekTarget(data, length, position: position, end: end) else {
        return nil
      }
      position = target
    case ZIP_SOURCE_TELL_WRITE: return Int64(position)
    // The file is kept or removed by its owner, not by libzip.
    case ZIP_SOURCE_COMMIT_WRITE, ZIP_SOURCE_ROLLBACK_WRITE, ZIP_SOURCE_REMOVE: break
    default: return nil
    }
    return 0
  }
}
