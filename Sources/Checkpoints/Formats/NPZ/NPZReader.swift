// SPDX-License-Identifier: Apache-2.0

/// The arrays of a `.npz` archive (`numpy.savez`, `numpy.savez_compressed`), through libzip.
package struct NPZReader: Sendable {
  /// The archive's path, as it was given.
  package let path: String
  /// The arrays' names in the archive's order: member names without `.npy`.
  package let names: [Text]
  private let archive: LibZipArchive
  private let members: [Text: Int]

  /// The most bytes that one member may unpack to: 8 GiB.
  package static let largestMember = 1 << 33

  /// Opens an archive and reads its directory; libzip checks that it is consistent.
  ///
  /// - Throws: `unreadable` where there is no file, `corrupt` where it is no sound zip archive or two members share a
  ///   name, `unsupported` where a member is no `.npy` file.
  package init(_ path: String) throws(CheckpointError) {
    archive = try LibZipArchive(InputFile(path: path), strict: true)
    self.path = path
    var names: [Text] = []
    var members: [Text: Int] = [:]
    for index in 0..<archive.count {
      guard let member = archive.name(index), let name = member.dropping(suffix: ".npy") else {
        throw CheckpointError(
          .unsupported, "this is no .npy array", at: .init(file: path, member: archive.name(index)),
          hint: "an archive written by numpy.savez")
      }
      guard members.updateValue(index, forKey: name) == nil else {
        throw CheckpointError(.corrupt, "the name stands twice", at: .init(file: path, member: member))
      }
      names.append(name)
    }
    self.names = names
    self.members = members
  }

  /// Reads one array; its checksum is checked.
  ///
  /// - Throws: `nothingMatched` for a name that is not there; `corrupt`, `unsupported` or `limit` as `NPYArray` does.
  package func array(_ name: Text) throws(CheckpointError) -> NPYArray {
    guard let index = members[name] else {
      throw CheckpointError(.nothingMatched, "there is no such array", at: .init(file: path, key: name))
    }
    do {
      return try NPYArray(npy: read(index))
    } catch {
      throw error.at(file: path, member: name + ".npy")
    }
  }

  private func read(_ index: Int) throws(CheckpointError) -> [UInt8] {
    let member = try archive.open(index)
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    // Reading goes on until nothing comes: that is where libzip compares the checksum.
    while true {
      let got = try member.read(into: &block, atMost: block.count)
      if got == 0 { return bytes }
      guard bytes.count + got <= Self.largestMember else {
        throw CheckpointError(.limit, "the member unpacks to more than \(Self.largestMember) bytes")
      }
      bytes.append(contentsOf: block[0..<got])
    }
  }
}
