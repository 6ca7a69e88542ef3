// SPDX-License-Identifier: Apache-2.0
internal import CLibZip

/// The bytes of a member to be, as libzip asks for them: one piece after the other.
///
/// What is computed comes in chunks of its own choosing, and to begin in the middle may cost as much as to begin
/// anew. So it goes into a file first, beside the output, which is gone when libzip has read it.
final class LibZipFeed {
  private let bytes: PlannedBytes
  /// The output's path.
  private let path: String
  private let onBytes: (Int) -> Void
  private var position = 0
  private var spool: OutputFile?
  fileprivate var failure: Int32 = 0
  /// Why reading failed: libzip itself only knows that it did.
  private(set) var error: CheckpointError?

  init(_ bytes: PlannedBytes, beside path: String, onBytes: @escaping (Int) -> Void) {
    self.bytes = bytes
    self.path = path
    self.onBytes = onBytes
  }

  fileprivate var byteCount: Int { bytes.byteCount }

  private var isComputed: Bool {
    bytes.pieces.contains {
      switch $0.source {
      case .file, .memory: false
      case .computed: true
      }
    }
  }

  fileprivate func open() -> Int64 {
    position = 0
    guard isComputed else { return 0 }
    do throws(CheckpointError) {
      let file = try OutputFile(path, replacing: true, inputs: [], sweeps: false)
      try bytes.write(to: file, at: 0) { _ in }
      spool = consume file
      return 0
    } catch { return fail(error) }
  }

  fileprivate func close() { spool = nil }

  fileprivate func read(into buffer: UnsafeMutableRawBufferPointer) -> Int64 {
    let wanted = min(buffer.count, bytes.byteCount - position)
    guard wanted > 0 else { return 0 }
    let target = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
    // What lies between the pieces is zero.
    unsafe _ = target.initializeMemory(as: UInt8.self, repeating: 0)
    do throws(CheckpointError) {
      if try unsafe !readSpool(into: target) { try unsafe readPieces(into: target) }
    } catch { return fail(error) }
    position += wanted
    onBytes(wanted)
    return Int64(wanted)
  }

  private func readSpool(into target: UnsafeMutableRawBufferPointer) throws(CheckpointError) -> Bool {
    if spool == nil { return false }
    var done = 0
    while done < target.count {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: target[done...])
      let got = try unsafe spool?.read(at: position + done, into: rest) ?? 0
      if got == 0 { break }
      done += got
    }
    return true
  }

  private func readPieces(into target: UnsafeMutableRawBufferPointer) throws(CheckpointError) {
    let wanted = position..<position + target.count
    for piece in bytes.pieces {
      let part = (piece.start..<piece.start + piece.range.count).clamped(to: wanted)
      if part.isEmpty { continue }
      let start = piece.range.lowerBound + part.lowerBound - piece.start
      let place = unsafe UnsafeMutableRawBufferPointer(
        rebasing: target[part.lowerBound - position..<part.upperBound - position])
      switch piece.source {
      case .file(let file, let whole, _):
        try unsafe file.read(at: whole.lowerBound + start, into: place)
      case .memory(let memory): unsafe place.copyBytes(from: memory[start..<start + part.count])
      case .computed: preconditionFailure("computed bytes are read from the spool")
      }
    }
  }

  private func fail(_ error: CheckpointError) -> Int64 {
    self.error = error
    failure = ZIP_ER_READ
    return -1
  }
}

/// libzip's callback of `zip_source_function`: its commands on a `LibZipFeed`.
func libZipFeedCallback(
  _ user: UnsafeMutableRawPointer?, _ data: UnsafeMutableRawPointer?, _ length: UInt64,
  _ command: zip_source_cmd_t
) -> Int64 {
  guard let user = unsafe user else { return -1 }
  let owner = unsafe Unmanaged<LibZipFeed>.fromOpaque(user)
  let feed = unsafe owner.takeUnretainedValue()
  switch command {
  case ZIP_SOURCE_OPEN: return feed.open()
  case ZIP_SOURCE_READ:
    guard let count = Int(exactly: length) else { return -1 }
    return unsafe feed.read(into: UnsafeMutableRawBufferPointer(start: data, count: count))
  case ZIP_SOURCE_CLOSE:
    feed.close()
    return 0
  case ZIP_SOURCE_STAT: return unsafe libZipStatus(data, length, size: feed.byteCount)
  case ZIP_SOURCE_ERROR: return unsafe libZipError(data, length, feed.failure)
  case ZIP_SOURCE_FREE:
    unsafe owner.release()
    return 0
  case ZIP_SOURCE_SUPPORTS:
    return libZipSupported([
      ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
      ZIP_SOURCE_SUPPORTS,
    ])
  default: return -1
  }
}
