// SPDX-License-Identifier: Apache-2.0
internal import CLibZip

/// The reading position of one libzip handle in an `InputFile`, which itself has none.
final class LibZipCursor: LibZipSource {
  static let commands = [ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL]
  static let failureCode = ZIP_ER_READ

  private let file: InputFile
  private var position = 0

  init(_ file: InputFile) { self.file = file }

  var size: Int { file.size }

  func answer(
    _ command: zip_source_cmd_t, _ data: UnsafeMutableRawPointer?, _ length: Int
  ) throws(CheckpointError) -> Int64? {
    switch command {
    case ZIP_SOURCE_OPEN: position = 0
    case ZIP_SOURCE_CLOSE: break
    case ZIP_SOURCE_READ:
      let count = min(length, file.size - position)
      unsafe try file.read(at: position, into: .init(start: data, count: count))
      position += count
      return Int64(count)
    case ZIP_SOURCE_SEEK:
      guard let target = unsafe libZipSeekTarget(data, length, position: position, end: file.size) else {
        return nil
      }
      position = target
    case ZIP_SOURCE_TELL: return Int64(position)
    default: return nil
    }
    return 0
  }
}
