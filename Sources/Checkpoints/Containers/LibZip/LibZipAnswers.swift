// SPDX-License-Identifier: Apache-2.0
internal import CLibZip
internal import Glibc

// What every callback of `zip_source_function` answers in one way.

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

/// Where ZIP_SOURCE_SEEK and ZIP_SOURCE_SEEK_WRITE lead; nil outside of what is there.
func libZipSeekTarget(
  _ data: UnsafeMutableRawPointer?, _ length: UInt64, position: Int, end: Int
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

/// Answers ZIP_SOURCE_SUPPORTS: a bit a command.
func libZipSupported(_ commands: [zip_source_cmd_t]) -> Int64 {
  commands.reduce(0) { $0 | 1 << Int64($1.rawValue) }
}
