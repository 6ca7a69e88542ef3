// SPDX-License-Identifier: Apache-2.0
internal import CLibZip
internal import Glibc

/// What stands behind a source of libzip's: a file that it reads, an archive that it writes, a member to be.
protocol LibZipSource: AnyObject {
  /// What it answers beyond the commands that every source has.
  static var commands: [zip_source_cmd_t] { get }
  /// libzip's code for what `answer` throws.
  static var failureCode: Int32 { get }

  var size: Int { get }

  /// Does what libzip asks for, with `data` of `length` bytes as its argument or answer.
  ///
  /// - Returns: what the command gives; nil where it cannot be done and nothing failed.
  func answer(
    _ command: zip_source_cmd_t, _ data: UnsafeMutableRawPointer?, _ length: Int
  ) throws(CheckpointError) -> Int64?
}

/// Connects a `LibZipSource` with libzip, and keeps why it failed: libzip itself only knows that it did.
final class LibZipPort<Handler: LibZipSource> {
  let source: Handler
  private(set) var error: CheckpointError?
  private var code: Int32 = 0

  init(_ source: Handler) { self.source = source }

  /// Hands it to a function that makes a source of a callback and its owner. The source keeps it from there on, until
  /// ZIP_SOURCE_FREE.
  func connect(
    _ make: (zip_source_callback, UnsafeMutableRawPointer) -> OpaquePointer?
  ) -> OpaquePointer? {
    let owner = unsafe Unmanaged.passRetained(LibZipOwner(answer))
    let made = unsafe make(libZipCallback, owner.toOpaque())
    if unsafe made == nil { unsafe owner.release() }
    return unsafe made
  }

  private func answer(
    _ command: zip_source_cmd_t, _ data: UnsafeMutableRawPointer?, _ length: UInt64
  ) -> Int64 {
    switch command {
    case ZIP_SOURCE_STAT: return unsafe Self.status(data, length, size: source.size)
    case ZIP_SOURCE_ERROR: return unsafe Self.error(data, length, code)
    case ZIP_SOURCE_SUPPORTS:
      let all = [
        ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR,
        ZIP_SOURCE_FREE,
        ZIP_SOURCE_SUPPORTS,
      ]
      return (all + Handler.commands).reduce(0) { $0 | 1 << Int64($1.rawValue) }
    default:
      guard let count = Int(exactly: length) else { return -1 }
      do throws(CheckpointError) {
        if let answer = try unsafe source.answer(command, data, count) { return answer }
        code = [ZIP_SOURCE_SEEK, ZIP_SOURCE_SEEK_WRITE].contains(command) ? ZIP_ER_SEEK : ZIP_ER_OPNOTSUPP
      } catch {
        self.error = error
        code = Handler.failureCode
      }
      return -1
    }
  }

  /// The size alone is known.
  private static func status(_ data: UnsafeMutableRawPointer?, _ length: UInt64, size: Int) -> Int64 {
    guard let data = unsafe data, unsafe length >= MemoryLayout<zip_stat_t>.size else { return -1 }
    let status = unsafe data.assumingMemoryBound(to: zip_stat_t.self)
    unsafe zip_stat_init(status)
    unsafe status.pointee.size = UInt64(size)
    unsafe status.pointee.valid = UInt64(ZIP_STAT_SIZE)
    return unsafe Int64(MemoryLayout<zip_stat_t>.size)
  }

  /// libzip's code, and no code of the system.
  private static func error(_ data: UnsafeMutableRawPointer?, _ length: UInt64, _ code: Int32) -> Int64 {
    guard let data = unsafe data, length >= 2 * MemoryLayout<Int32>.size else { return -1 }
    unsafe data.storeBytes(of: code, as: Int32.self)
    unsafe data.storeBytes(of: 0, toByteOffset: 4, as: Int32.self)
    return Int64(2 * MemoryLayout<Int32>.size)
  }
}

/// What libzip holds of a port, whatever its source.
@safe private final class LibZipOwner {
  typealias Answer = (zip_source_cmd_t, UnsafeMutableRawPointer?, UInt64) -> Int64
  let answer: Answer

  init(_ answer: @escaping Answer) { unsafe self.answer = unsafe answer }
}

/// The one callback of `zip_source_function`.
private func libZipCallback(
  _ user: UnsafeMutableRawPointer?, _ data: UnsafeMutableRawPointer?, _ length: UInt64,
  _ command: zip_source_cmd_t
) -> Int64 {
  guard let user = unsafe user else { return -1 }
  let owner = unsafe Unmanaged<LibZipOwner>.fromOpaque(user)
  guard command != ZIP_SOURCE_FREE else {
    unsafe owner.release()
    return 0
  }
  return unsafe owner.takeUnretainedValue().answer(command, data, length)
}

/// Where ZIP_SOURCE_SEEK and ZIP_SOURCE_SEEK_WRITE lead; nil outside of what is there.
func libZipSeekTarget(
  _ data: UnsafeMutableRawPointer?, _ length: Int, position: Int, end: Int
) -> Int? {
  guard let data = unsafe data, length >= MemoryLayout<zip_source_args_seek_t>.size else { return nil }
  let arguments = unsafe data.load(as: zip_source_args_seek_t.self)
  let from =
    switch arguments.whence {
    case SEEK_SET: 0
    case SEEK_CUR: position
    default: end
    }
  let (target, overflow) = from.addingReportingOverflow(Int(arguments.offset))
  return !overflow && (0...end).contains(target) ? target : nil
}
