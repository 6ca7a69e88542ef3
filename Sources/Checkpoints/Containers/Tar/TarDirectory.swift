// SPDX-License-Identifier: Apache-2.0

/// The members of a tar archive (POSIX.1-1988 `ustar`, or the older form without its magic), read strictly: every
/// checksum must hold, members are plain files with names of their own, and nothing follows the end.
package struct TarDirectory: Sendable {
  package struct Member: Hashable, Sendable {
    package var name: Text
    /// Where its bytes lie in the file.
    package var range: Range<Int>
  }

  static let blockSize = 512
  /// No form that is read here has more than a handful.
  private static let memberLimit = 10_000
  /// What tar writers pad an archive with after its end is below this.
  private static let paddingLimit = 1 << 20

  package let file: InputFile
  /// In the order of the file.
  package let members: [Member]

  /// Whether a file that begins with these 512 bytes is a tar archive.
  package static func begins(_ start: [UInt8]) -> Bool {
    guard start.count >= blockSize else { return false }
    let header = TarHeader(Array(start.prefix(blockSize)))
    return header.hasMagic || header.hasRightChecksum
  }

  package func member(_ name: Text) -> Member? { members.first { $0.name == name } }

  package init(_ file: InputFile) throws(CheckpointError) {
    self.file = file
    var members: [Member] = []
    var names: Set<Text> = []
    var offset = 0
    while true {
      let block = try Self.block(at: offset, of: file)
      if block.allSatisfy({ $0 == 0 }) { break }
      let header = TarHeader(block)
      do throws(CheckpointError) {
        guard header.hasRightChecksum else {
          throw CheckpointError(.corrupt, "the checksum of a tar header is wrong")
        }
        let size = try header.size()
        let start = offset + Self.blockSize
        guard size <= file.size - start else {
          throw CheckpointError(
            .corrupt, "the file ends early, inside a member of \(size) bytes",
            hint: "download or copy the file again")
        }
        let range = start..<start + size
        switch header.type {
        case 0, UInt8(ascii: "0"):
          let name = try header.name()
          guard names.insert(name).inserted else {
            throw CheckpointError(.corrupt, "two members have the name \(name.debugDescription)")
          }
          members.append(Member(name: name, range: range))
        case UInt8(ascii: "x"), UInt8(ascii: "g"): try PAXRecords.check(range, of: file)
        default:
          throw CheckpointError(.unsupported, "a tar member of type \(header.typeText), not a plain file")
        }
        guard members.count <= Self.memberLimit else {
          throw CheckpointError(.limit, "it has more than \(Self.memberLimit) members")
        }
        let (end, overflow) = range.upperBound.addingReportingOverflow(Self.blockSize - 1)
        guard !overflow else { throw CheckpointError(.corrupt, "a tar header states an absurd size") }
        offset = end / Self.blockSize * Self.blockSize
      } catch { throw error.at(file: file.path, byte: offset) }
    }
    try Self.checkPadding(from: offset, of: file)
    self.members = members
  }

  private static func block(at offset: Int, of file: InputFile) throws(CheckpointError) -> [UInt8] {
    guard file.size - offset >= blockSize else {
      throw CheckpointError(
        .corrupt, "the archive has no end: its last block is missing",
        at: .init(file: file.path, byte: offset),
        hint: "download or copy the file again")
    }
    return try file.read(offset..<offset + blockSize)
  }

  private static func checkPadding(from end: Int, of file: InputFile) throws(CheckpointError) {
    guard file.size - end <= paddingLimit, try file.read(end..<file.size).allSatisfy({ $0 == 0 }) else {
      throw CheckpointError(
        .corrupt, "bytes follow the end of the archive", at: .init(file: file.path, byte: end))
    }
  }
}
