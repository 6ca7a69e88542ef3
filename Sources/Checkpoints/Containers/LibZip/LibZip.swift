// SPDX-License-Identifier: Apache-2.0
internal import CLibZip

/// An archive opened by libzip, on the same open file as ours: a renamed or replaced path changes nothing.
@safe final class LibZipArchive: @unchecked Sendable {
  private let handle: OpaquePointer
  private let path: String
  private let port: LibZipPort<LibZipCursor>

  /// - Parameters:
  ///   - strict: have libzip check the archive's consistency too.
  ///   - directory: what it is to read in place of the file's own.
  init(
    _ file: InputFile, strict: Bool = false, directory: LibZipCursor.Tail? = nil
  ) throws(CheckpointError) {
    path = file.path
    var error = unsafe zip_error_t()
    unsafe zip_error_init(&error)
    defer { unsafe zip_error_fini(&error) }
    port = LibZipPort(LibZipCursor(file, directory))
    let made = unsafe port.connect { callback, owner in
      unsafe zip_source_function_create(callback, owner, &error)
    }
    guard let source = unsafe made else { throw unsafe Self.failure(&error, port.error, path) }
    let flags = ZIP_RDONLY | (strict ? ZIP_CHECKCONS : 0)
    guard let handle = unsafe zip_open_from_source(source, flags, &error) else {
      unsafe zip_source_free(source)
      throw unsafe Self.failure(&error, port.error, path)
    }
    unsafe self.handle = unsafe handle
  }

  deinit { unsafe zip_discard(handle) }

  var count: Int { unsafe Int(zip_get_num_entries(handle, 0)) }

  func name(_ index: Int) -> Text? {
    unsafe zip_get_name(handle, UInt64(index), UInt32(ZIP_FL_ENC_RAW)).map {
      unsafe Text(String(cString: $0))
    }
  }

  /// Opens a member that the directory describes; libzip must see the same one.
  func open(
    _ index: Int, size: Int, packed: Int, method: Int
  ) throws(CheckpointError) -> LibZipMember {
    var status = unsafe zip_stat_t()
    unsafe zip_stat_init(&status)
    let found = unsafe zip_stat_index(handle, UInt64(index), 0, &status) == 0
    guard found, unsafe status.size == UInt64(size),
      unsafe status.comp_size == UInt64(packed)
    else {
      throw CheckpointError(.corrupt, "libzip sees another member here")
    }
    // Without this, libzip calls some methods that it does not know an inconsistency.
    guard zip_compression_method_supported(Int32(method), 0) == 1 else {
      throw CheckpointError(
        .unsupported, "it is compressed with method \(method), which is not read",
        hint: "unpack it, and pack it again with `zip`")
    }
    return try open(index)
  }

  func open(_ index: Int) throws(CheckpointError) -> LibZipMember {
    var status = unsafe zip_stat_t()
    unsafe zip_stat_init(&status)
    let known = unsafe zip_stat_index(handle, UInt64(index), 0, &status) == 0
    guard let member = unsafe zip_fopen_index(handle, UInt64(index), 0) else {
      throw unsafe failure(zip_get_error(handle))
    }
    return unsafe LibZipMember(member, of: self, hasCRC: !known || status.crc != 0)
  }

  fileprivate func failure(_ error: UnsafeMutablePointer<zip_error_t>) -> CheckpointError {
    unsafe Self.failure(error, port.error, path)
  }

  /// libzip's own words; what it lacks a library for is unsupported, all else corrupt.
  private static func failure(
    _ error: UnsafeMutablePointer<zip_error_t>, _ own: CheckpointError?, _ path: String
  ) -> CheckpointError {
    if let own { return own }
    let code = unsafe zip_error_code_zip(error)
    let words = unsafe zip_error_strerror(error).map { unsafe String(cString: $0) } ?? "unknown error"
    let unsupported = [ZIP_ER_COMPNOTSUPP, ZIP_ER_ENCRNOTSUPP, ZIP_ER_OPNOTSUPP, ZIP_ER_NOPASSWD].contains(
      code)
    return CheckpointError(
      unsupported ? .unsupported : .corrupt, "libzip cannot read it: \(words)", at: .init(file: path))
  }
}

/// A member open for reading; it keeps its archive alive.
///
/// One thread at a time may read it.
@safe final class LibZipMember: @unchecked Sendable {
  private let handle: OpaquePointer
  private let archive: LibZipArchive
  /// False where the archive says 0, for "not computed": libzip compares with it all the same.
  private let hasCRC: Bool

  fileprivate init(_ handle: OpaquePointer, of archive: LibZipArchive, hasCRC: Bool) {
    self.hasCRC = hasCRC
    unsafe self.handle = unsafe handle
    self.archive = archive
  }

  deinit { unsafe zip_fclose(handle) }

  /// At most `count` decompressed bytes; 0 at the end.
  func read(into buffer: inout [UInt8], atMost count: Int) throws(CheckpointError) -> Int {
    let read = unsafe zip_fread(handle, &buffer, UInt64(min(count, buffer.count)))
    if read >= 0 { return Int(read) }
    let error: UnsafeMutablePointer<zip_error_t> = unsafe zip_file_get_error(handle)
    // The comparison comes after the last byte: there is nothing more to read.
    if unsafe !hasCRC && zip_error_code_zip(error) == ZIP_ER_CRC { return 0 }
    throw unsafe archive.failure(error)
  }
}
