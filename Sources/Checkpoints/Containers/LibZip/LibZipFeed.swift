// SPDX-License-Identifier: Apache-2.0
internal import CLibZip

/// The bytes of a member to be, as libzip asks for them: one piece after the other.
///
/// What is computed comes in chunks of its own choosing, and to begin in the middle may cost as much as to begin
/// anew. So it goes into a file first, beside the output, which is gone when libzip has read it.
final class LibZipFeed: LibZipSource {
  static let commands: [zip_source_cmd_t] = []
  static let failureCode = ZIP_ER_READ

  private let bytes: PlannedBytes
  /// The output's path.
  private let path: String
  private let onBytes: (Int) -> Void
  private var position = 0
  private var spool: OutputFile?

  init(_ bytes: PlannedBytes, beside path: String, onBytes: @escaping (Int) -> Void) {
    self.bytes = bytes
    self.path = path
    self.onBytes = onBytes
  }

  var size: Int { bytes.byteCount }

  func answer(
    _ command: zip_source_cmd_t, _ data: UnsafeMutableRawPointer?, _ length: Int
  ) throws(CheckpointError) -> Int64? {
    switch command {
    case ZIP_SOURCE_OPEN: try open()
    case ZIP_SOURCE_CLOSE: spool = nil
    case ZIP_SOURCE_READ:
      return Int64(try unsafe read(into: UnsafeMutableRawBufferPointer(start: data, count: length)))
    default: return nil
    }
    return 0
  }

  private var isComputed: Bool {
    bytes.pieces.contains {
      switch $0.source {
      case .file, .memory: false
      case .computed: true
      }
    }
  }

  private func open() throws(CheckpointError) {
    position = 0
    guard isComputed else { return }
    let file = try OutputFile(path, replacing: true, inputs: [], sweeps: false)
    try bytes.write(to: file, at: 0) { _ in }
    spool = consume file
  }

  private func read(into buffer: UnsafeMutableRawBufferPointer) throws(CheckpointError) -> Int {
    let wanted = min(buffer.count, bytes.byteCount - position)
    guard wanted > 0 else { return 0 }
    let target = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
    // What lies between the pieces is zero.
    unsafe _ = target.initializeMemory(as: UInt8.self, repeating: 0)
    if try unsafe !readSpool(into: target) { try unsafe readPieces(into: target) }
    position += wanted
    onBytes(wanted)
    return wanted
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
}
