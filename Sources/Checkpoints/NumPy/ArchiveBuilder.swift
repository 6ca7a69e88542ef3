// SPDX-License-Identifier: Apache-2.0
internal import CLibZip

/// A zip archive that libzip puts together in memory.
@safe final class ArchiveBuilder {
  private let memory: OpaquePointer
  private var archive: OpaquePointer?
  /// libzip reads the members when the archive is closed: until then they stay where they are.
  private var held: [UnsafeMutableRawBufferPointer] = unsafe []

  init() throws(CheckpointError) {
    var error = unsafe zip_error_t()
    unsafe zip_error_init(&error)
    defer { unsafe zip_error_fini(&error) }
    guard let memory = unsafe zip_source_buffer_create(nil, 0, 0, &error) else {
      throw CheckpointError(.unwritable, "libzip has no memory for an archive")
    }
    // Opening and closing the archive each let go of the source; its bytes are read after that.
    unsafe zip_source_keep(memory)
    unsafe self.memory = unsafe memory
    unsafe archive = unsafe zip_open_from_source(memory, ZIP_TRUNCATE, &error)
    if unsafe archive == nil {
      unsafe zip_source_free(memory)
      throw CheckpointError(.unwritable, "libzip cannot begin an archive")
    }
  }

  deinit {
    if let archive = unsafe archive { unsafe zip_discard(archive) }
    unsafe zip_source_free(memory)
    unsafe held.forEach { unsafe $0.deallocate() }
  }

  func add(_ bytes: [UInt8], named member: String, compressed: Bool) throws(CheckpointError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
    unsafe buffer.copyBytes(from: bytes)
    unsafe held.append(buffer)
    guard let source = unsafe zip_source_buffer(archive, buffer.baseAddress, UInt64(bytes.count), 0) else {
      throw failure.at(member: member)
    }
    let index = unsafe zip_file_add(archive, member, source, UInt32(ZIP_FL_ENC_UTF_8))
    guard index >= 0 else {
      unsafe zip_source_free(source)
      throw failure.at(member: member)
    }
    let method = compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE
    let january1980: UInt16 = 1 << 5 | 1
    guard unsafe zip_set_file_compression(archive, UInt64(index), method, 0) == 0,
      unsafe zip_file_set_dostime(archive, UInt64(index), 0, january1980, 0) == 0
    else { throw failure.at(member: member) }
  }

  func finish() throws(CheckpointError) -> [UInt8] {
    guard unsafe zip_close(archive) == 0 else { throw failure }
    unsafe archive = nil
    var status = unsafe zip_stat_t()
    unsafe zip_stat_init(&status)
    guard unsafe zip_source_stat(memory, &status) == 0, unsafe zip_source_open(memory) == 0 else {
      throw CheckpointError(.unwritable, "libzip lost the archive")
    }
    defer { unsafe _ = zip_source_close(memory) }
    var bytes = [UInt8](repeating: 0, count: unsafe Int(status.size))
    var done = 0
    while done < bytes.count {
      let got = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe zip_source_read(
          memory, buffer.baseAddress.map { unsafe $0 + done }, UInt64(buffer.count - done))
      }
      guard got > 0 else { throw CheckpointError(.unwritable, "libzip lost a part of the archive") }
      done += Int(got)
    }
    return bytes
  }

  private var failure: CheckpointError {
    let why = unsafe zip_strerror(archive).map { unsafe String(cString: $0) } ?? "unknown error"
    return CheckpointError(.unwritable, "libzip cannot write this: \(why)")
  }
}
