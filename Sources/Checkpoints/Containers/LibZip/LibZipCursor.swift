// SPDX-License-Identifier: Apache-2.0
internal import CLibZip

/// The reading position of one libzip handle in an `InputFile`, which itself has none.
final class LibZipCursor: LibZipSource {
  static let commands = [ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL]
  static let failureCode = ZIP_ER_READ

  /// What a reader sees behind the first bytes of a file: a directory where the file's own is gone.
  struct Tail: Sendable {
    var start: Int
    var bytes: [UInt8]
  }

  private let file: InputFile
  private let tail: Tail
  private var position = 0

  init(_ file: InputFile, _ tail: Tail? = nil) {
    self.file = file
    self.tail = tail ?? Tail(start: file.size, bytes: [])
  }

  var size: Int { tail.start + tail.bytes.count }

  func answer(
    _ command: zip_source_cmd_t, _ data: UnsafeMutableRawPointer?, _ length: Int
  ) throws(CheckpointError) -> Int64? {
    switch command {
    case ZIP_SOURCE_OPEN: position = 0
    case ZIP_SOURCE_CLOSE: break
    case ZIP_SOURCE_READ:
      return Int64(try unsafe read(into: .init(start: data, count: min(length, size - position))))
    case ZIP_SOURCE_SEEK:
      guard let target = unsafe libZipSeekTarget(data, length, position: position, end: size) else {
        return nil
      }
      position = target
    case ZIP_SOURCE_TELL: return Int64(position)
    default: return nil
    }
    return 0
  }

  private func read(into buffer: UnsafeMutableRawBufferPointer) throws(CheckpointError) -> Int {
    let ofFile = max(0, min(buffer.count, tail.start - position))
    unsafe try file.read(at: position, into: .init(rebasing: buffer[..<ofFile]))
    let (start, left) = (position + ofFile - tail.start, buffer.count - ofFile)
    if left > 0 {
      unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[ofFile...])
        .copyBytes(from: tail.bytes[start..<start + left])
    }
    position += buffer.count
    return buffer.count
  }
}
