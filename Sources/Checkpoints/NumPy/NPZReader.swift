// SPDX-License-Identifier: Apache-2.0
import CLibZip

/// The arrays of a `.npz` archive (`numpy.savez`, `numpy.savez_compressed`), through libzip.
@safe public struct NPZReader: ~Copyable {
  public let path: String
  /// The arrays' names in the archive's order: member names without `.npy`.
  public let names: [String]
  private let archive: OpaquePointer
  private let members: [String: zip_uint64_t]

  /// The most bytes that one member may unpack to: 8 GiB.
  public static let largestMember: UInt64 = 1 << 33

  /// Opens an archive and reads its directory; libzip checks that it is consistent.
  ///
  /// - Throws: `unreadable` where there is no file, `corrupt` where it is no sound zip archive or two members share a
  ///   name, `unsupported` where a member is no `.npy` file.
  public init(_ path: String) throws(CheckpointError) {
    var code: Int32 = 0
    guard let archive = unsafe zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, &code) else {
      throw LibZipFailure.error(code, opening: path)
    }
    do {
      (names, members) = try unsafe Self.directory(of: archive)
    } catch {
      unsafe zip_discard(archive)
      throw error.at(file: path)
    }
    self.path = path
    unsafe self.archive = archive
  }

  deinit { unsafe zip_discard(archive) }

  private static func directory(
    of archive: OpaquePointer
  ) throws(CheckpointError) -> ([String], [String: zip_uint64_t]) {
    var names: [String] = []
    var members: [String: zip_uint64_t] = [:]
    for index in 0..<zip_uint64_t(max(0, unsafe zip_get_num_entries(archive, 0))) {
      guard let raw = unsafe zip_get_name(archive, index, 0) else {
        throw CheckpointError(.corrupt, "member \(index) has no name")
      }
      let member = unsafe String(cString: raw)
      guard member.hasSuffix(".npy") else {
        throw CheckpointError(
          .unsupported, "this is no .npy array", at: .init(member: member),
          hint: "an archive written by numpy.savez")
      }
      let name = String(member.dropLast(4))
      guard members.updateValue(index, forKey: name) == nil else {
        throw CheckpointError(.corrupt, "the name stands twice", at: .init(member: member))
      }
      names.append(name)
    }
    return (names, members)
  }

  /// Reads one array; its checksum is checked.
  ///
  /// - Throws: `unreadable` for a name that is not there, `corrupt`, `unsupported` or `limit` as `NPYArray` does.
  public func array(_ name: String) throws(CheckpointError) -> NPYArray {
    guard let index = members[name] else {
      throw CheckpointError(.unreadable, "there is no such array", at: .init(file: path, key: name))
    }
    do {
      return try NPYArray(npy: read(index))
    } catch {
      throw error.at(file: path, member: name + ".npy")
    }
  }

  private func read(_ index: zip_uint64_t) throws(CheckpointError) -> [UInt8] {
    var status = unsafe zip_stat_t()
    guard unsafe zip_stat_index(archive, index, 0, &status) == 0 else { throw archiveFailure() }
    guard unsafe status.size <= Self.largestMember else {
      throw unsafe CheckpointError(
        .limit, "the member unpacks to \(status.size) bytes; at most \(Self.largestMember) are read")
    }
    guard let file = unsafe zip_fopen_index(archive, index, 0) else { throw archiveFailure() }
    defer { unsafe _ = zip_fclose(file) }
    let size = unsafe Int(status.size)
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    // Reading goes on until nothing comes: that is where libzip compares the checksum.
    while true {
      let got = unsafe zip_fread(file, &block, zip_uint64_t(block.count))
      if got == 0 { break }
      guard got > 0, bytes.count + Int(got) <= size else {
        throw CheckpointError(.corrupt, "the member's bytes do not fit its size and checksum")
      }
      bytes.append(contentsOf: block[0..<Int(got)])
    }
    guard bytes.count == size else {
      throw CheckpointError(.corrupt, "the member ends after \(bytes.count) of \(size) bytes")
    }
    return bytes
  }

  private func archiveFailure() -> CheckpointError {
    unsafe CheckpointError(.corrupt, "libzip cannot read this: \(String(cString: zip_strerror(archive)))")
  }
}
