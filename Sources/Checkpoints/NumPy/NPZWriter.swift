// SPDX-License-Identifier: Apache-2.0
import CLibZip

/// Writes a `.npz` archive that `numpy.load` reads: one `.npy` member an array, in the order given.
///
/// The same arrays give the same bytes: members carry the date 1980-01-01 and no attributes of this machine.
public enum NPZWriter {
  /// Writes `arrays` to `path` through a temporary file beside it, which libzip renames into place.
  ///
  /// - Parameters:
  ///   - compressed: deflate the members (`numpy.savez_compressed`); otherwise they are stored.
  ///   - force: replace a file that is there.
  /// - Throws: `collision` where two arrays share a name, `wouldOverwrite` where the file is there and `force` is not,
  ///   `unwritable` where the disk or the folder refuses.
  public static func write(
    _ arrays: [(name: String, array: NPYArray)], to path: String, compressed: Bool = false,
    force: Bool = false
  ) throws(CheckpointError) {
    var seen: Set<String> = []
    for (name, _) in arrays where !seen.insert(name).inserted {
      throw CheckpointError(.collision, "two arrays share this name", at: .init(file: path, key: name))
    }
    guard !arrays.isEmpty else {
      throw CheckpointError(.emptyResult, "there is no array to write", at: .init(file: path))
    }
    var code: Int32 = 0
    let mode = ZIP_CREATE | (force ? ZIP_TRUNCATE : ZIP_EXCL)
    guard let archive = unsafe zip_open(path, mode, &code) else {
      throw LibZipFailure.error(code, opening: path)
    }
    // libzip reads the members when the archive is closed: until then they must stay where they are.
    var held: [UnsafeMutableRawBufferPointer] = unsafe []
    defer { unsafe held.forEach { unsafe $0.deallocate() } }
    do {
      for (name, array) in arrays {
        let bytes = array.npy()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        unsafe buffer.copyBytes(from: bytes)
        unsafe held.append(buffer)
        try unsafe add(UnsafeRawBufferPointer(buffer), named: name + ".npy", to: archive, compressed)
      }
    } catch {
      unsafe zip_discard(archive)
      throw error.at(file: path)
    }
    guard unsafe zip_close(archive) == 0 else {
      let error = unsafe failure(of: archive)
      unsafe zip_discard(archive)
      throw error.at(file: path)
    }
  }

  private static func add(
    _ bytes: UnsafeRawBufferPointer, named member: String, to archive: OpaquePointer, _ compressed: Bool
  ) throws(CheckpointError) {
    guard let source = unsafe zip_source_buffer(archive, bytes.baseAddress, zip_uint64_t(bytes.count), 0)
    else {
      throw unsafe failure(of: archive).at(member: member)
    }
    let index = unsafe zip_file_add(archive, member, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
    guard index >= 0 else {
      unsafe zip_source_free(source)
      throw unsafe failure(of: archive).at(member: member)
    }
    let method = compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE
    let january1980: zip_uint16_t = 1 << 5 | 1
    guard unsafe zip_set_file_compression(archive, zip_uint64_t(index), method, 0) == 0,
      unsafe zip_file_set_dostime(archive, zip_uint64_t(index), 0, january1980, 0) == 0
    else { throw unsafe failure(of: archive).at(member: member) }
  }

  private static func failure(of archive: OpaquePointer) -> CheckpointError {
    unsafe CheckpointError(.unwritable, "cannot be written: \(String(cString: zip_strerror(archive)))")
  }
}
